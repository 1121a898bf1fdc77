namespace Mocks.ProvincialPlatform.Needs;

/// <summary>One entry of the consent log.</summary>
internal sealed class ConsentEvent
{
    public const string Given = "给予";
    public const string Narrowed = "缩小";
    public const string Renewed = "续期";
    public const string Withdrawn = "撤回";
    public const string Expired = "到期";
    public const string Invalid = "无效";
    public const string GuardianLapsed = "监护失效";

    public required Consent Consent { get; init; }
    public required int Sequence { get; init; }
    public required string Kind { get; init; }
    public required int Day { get; init; }

    /// <summary>HHmmss.</summary>
    public required int Time { get; init; }
    public required string Items { get; init; }
    public required int ValidFrom { get; init; }
    public required int ValidTo { get; init; }
    public string Reason { get; init; } = "";

    /// <summary>Fingerprint of the row as last written.</summary>
    public ulong Seen;

    public static bool Ends(string kind) => kind is Withdrawn or Expired or Invalid or GuardianLapsed;
}
