using System.Collections.Concurrent;

namespace Mocks.CharityFederation;

/// <summary>What is counted for /_admin/state.</summary>
internal enum Counted
{
    Ignored,
    Accepted,
    Declined,
    Claimed,
    Refused,
    Completed,
    Withdrawn,
    Cancelled,
    Recalled,
    DroppedAccepts,
    Corrected,
    Acked,
    ForgottenAcks,
    Errors,
}

/// <summary>The mock's counters: events and answers by kind, and answers by code.</summary>
internal sealed class Tally
{
    private readonly long[] _counts = new long[Enum.GetValues<Counted>().Length];
    private readonly ConcurrentDictionary<string, long> _byCode = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _otherAnswers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _rejected = new(StringComparer.Ordinal);

    /// <summary>Refused claims by reason code; adds up to the count of refusals.</summary>
    public IReadOnlyDictionary<string, long> ByCode => Sorted(_byCode);

    /// <summary>Every other answer of the hub that was not a success, as "call status code".</summary>
    public IReadOnlyDictionary<string, long> OtherAnswers => Sorted(_otherAnswers);

    /// <summary>Webhooks this mock turned away, by code.</summary>
    public IReadOnlyDictionary<string, long> Rejected => Sorted(_rejected);

    public long Of(Counted what) => Interlocked.Read(ref _counts[(int)what]);

    public void Count(Counted what) => Interlocked.Increment(ref _counts[(int)what]);

    public void Refuse(string code)
    {
        Count(Counted.Refused);
        Add(_byCode, code);
    }

    public void Reject(string code) => Add(_rejected, code);

    /// <summary>Counts an unwelcome answer; anything but a plain "not in this state" is an error.</summary>
    public Step Unwelcome(string call, HubAnswer answer)
    {
        Add(_otherAnswers, $"{call} {answer.Label}");
        if (answer is HubAnswer.Refused { Status: 409 })
            return Step.End;

        Count(Counted.Errors);
        return Step.Fail;
    }

    private static void Add(ConcurrentDictionary<string, long> counts, string key) =>
        counts.AddOrUpdate(key, 1, (_, known) => known + 1);

    private static SortedDictionary<string, long> Sorted(ConcurrentDictionary<string, long> counts) =>
        new(counts, StringComparer.Ordinal);
}
