using IntegrationHub.Protection;

namespace IntegrationHub.Audit;

/// <summary>Whether the roots fit each other, their signatures and the roots somebody kept outside.</summary>
public static class RootChain
{
    /// <summary>The first root that does not fit, in words, or null.</summary>
    public static string? ObjectionTo(IReadOnlyList<SignedRoot> roots, IReadOnlyList<SigningKey> keys)
    {
        var keyOf = keys.ToDictionary(key => key.KeyId);
        for (var i = 0; i < roots.Count; i++)
        {
            var root = roots[i].Root;
            if (ObjectionTo(roots[i], keyOf.GetValueOrDefault(root.KeyId)) is { } own)
                return $"the root of {root.Day:yyyy-MM-dd} {own}";
            if (i > 0 && ObjectionToFollowing(roots[i - 1].Root, root) is { } following)
                return following;
        }

        return null;
    }

    /// <summary>The days after the last root that have ended; none if there is no root yet.</summary>
    public static IReadOnlyList<DateOnly> DaysWithoutRoot(IReadOnlyList<SignedRoot> roots, DateOnly today)
    {
        if (roots.Count == 0)
            return [];
        var next = roots[^1].Root.Day.AddDays(1);
        return next >= today ? [] : [.. Enumerable.Range(0, today.DayNumber - next.DayNumber).Select(next.AddDays)];
    }

    private static string? ObjectionTo(SignedRoot signed, SigningKey? key)
    {
        var root = signed.Root;
        return signed.Statement != root.Statement ? "says otherwise than its statement"
            : key is null || SignatureSuites.KeyId(key.PublicKey) != key.KeyId ? "is signed by a key nobody knows"
            : SignatureSuites.Find(root.Suite)?.Verify(key.PublicKey, root.StatementBytes, signed.Signature) != true
                ? "has a signature that is not of its statement"
            : null;
    }

    private static string? ObjectionToFollowing(AuditRoot before, AuditRoot root)
    {
        if (root.Day != before.Day.AddDays(1))
            return $"the root of {before.Day.AddDays(1):yyyy-MM-dd} is missing";
        return Digests.Find(root.Digest) is not { } digest || !root.Previous.AsSpan().SequenceEqual(before.Link(digest))
            ? $"the root of {root.Day:yyyy-MM-dd} does not follow the one before"
            : root.FirstSequence != before.LastSequence + 1 ? $"the root of {root.Day:yyyy-MM-dd} leaves entries out"
            : null;
    }
}
