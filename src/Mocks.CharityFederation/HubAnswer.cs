using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>How a call to the hub ended, after all the patience it was given.</summary>
internal abstract record HubAnswer
{
    private HubAnswer() { }

    /// <summary>What the answer is called in the state's counters; free of content.</summary>
    public abstract string Label { get; }

    internal sealed record Done(JsonElement Body) : HubAnswer
    {
        public override string Label => "unusable";

        public override string ToString() => nameof(Done); // a body may hold an identity
    }

    internal sealed record Refused(int Status, string Code) : HubAnswer
    {
        public override string Label => $"{Status} {Code}";
    }

    internal sealed record GaveUp(string Reason) : HubAnswer
    {
        public override string Label => $"gave up: {Reason}";
    }

    /// <summary>Worth asking again; never leaves <see cref="HubClient"/>.</summary>
    internal sealed record TryAgain(string Reason, TimeSpan? After) : HubAnswer
    {
        public override string Label => Reason;
    }
}
