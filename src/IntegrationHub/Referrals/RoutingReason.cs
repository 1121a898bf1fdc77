using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Referrals;

/// <summary>Why one referral went where it went, or nowhere: codes and organisations, nothing about the person (P18).</summary>
public sealed record RoutingReason
{
    public required Guid ReferralId { get; init; }
    public required int Attempt { get; init; }
    public required string PolicyVersion { get; init; }

    /// <summary>Why the need may not be referred at all; null when it may.</summary>
    public string? Objection { get; init; }

    /// <summary>The part of the policy that says so.</summary>
    public string? Predicate { get; init; }

    /// <summary>What an official may want to look at.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>The organisation it was offered to; null when nobody could be asked.</summary>
    public string? Chosen { get; init; }

    /// <summary>Organisations that fit and were passed over for this referral, and why.</summary>
    public IReadOnlyList<PassedOver> Refused { get; init; } = [];

    /// <summary>Who there was to choose from; null when it did not come to that.</summary>
    public Choice? Choice { get; init; }

    internal Guid? ChoiceId => Choice is { } choice ? ChoiceBody.IdOf(choice) : null;

    /// <summary>Equal for two reasons that say the same.</summary>
    internal Guid Digest() => Hashed(
        $"{Attempt}|{PolicyVersion}|{Objection}|{Predicate}|{string.Join(',', Advice)}|{Chosen}|{ChoiceId}|{RefusedJson()}");

    internal string RefusedJson() => Refused.Count == 0 ? "{}" : JsonSerializer.Serialize(Refused.ToDictionary(one => one.Uscc, one => one.Reason));

    internal static Guid Hashed(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>A choice as it is stored: organisations by level, and by reason.</summary>
internal sealed record ChoiceBody(IReadOnlyList<IReadOnlyList<string>> Fits, IReadOnlyDictionary<string, string[]> Not)
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Choice, Known> s_known = [];

    public static Guid IdOf(Choice choice) => s_known.GetValue(choice, Make).Id;

    public static string JsonOf(Choice choice) => s_known.GetValue(choice, Make).Json;

    private static Known Make(Choice choice)
    {
        var json = JsonSerializer.Serialize(
            new ChoiceBody(
                [.. choice.Levels.Select(level => level.Select(organisation => organisation.Uscc).ToArray())],
                choice.PassedOver.GroupBy(one => one.Reason).OrderBy(same => same.Key, StringComparer.Ordinal)
                    .ToDictionary(same => same.Key, same => same.Select(one => one.Uscc).ToArray())),
            JsonSerializerOptions.Web);
        return new Known(RoutingReason.Hashed(json), json);
    }

    // Thousands of referrals share a choice: it is written out once.
    private sealed record Known(Guid Id, string Json);
}
