namespace Mocks.ProvincialPlatform.Needs;

/// <summary>A consent of a person; what it says never changes, its events are the log (TY).</summary>
internal sealed class Consent
{
    public required string No { get; init; }
    public required int Person { get; init; }

    /// <summary>SELF, guardian or agent, in the province's words.</summary>
    public required string GivenBy { get; init; }

    /// <summary>Need kinds joined by a bar.</summary>
    public required string Purposes { get; init; }

    /// <summary>Named organisations joined by a bar; empty = a consent to the class of charities.</summary>
    public string Recipients { get; init; } = "";
    public bool Sensitive { get; init; }
    public bool Provide { get; init; } = true;
    public required string Channel { get; init; }

    public List<ConsentEvent> Events { get; } = [];

    public bool IsNamed => Recipients.Length > 0;

    public bool IsActive => !ConsentEvent.Ends(Events[^1].Kind);

    public bool Names(string uscc) => Recipients.Split('|').Contains(uscc, StringComparer.Ordinal);
}
