using IntegrationHub.Identity.Linkage;

namespace IntegrationHub.Identity;

/// <summary>Which of two keys stands for both after a merge, where nobody chose.</summary>
internal static class MergeDirection
{
    /// <summary>Pure: the more certain number; of two whole numbers the one stated last, which is the corrected one.</summary>
    public static bool KeepsFirst(Profile? one, Profile? other)
    {
        if (one is null || other is null)
            return other is null;
        if (one.Standing != other.Standing)
            return one.Standing > other.Standing;
        return one.StatedAt != other.StatedAt ? one.StatedAt > other.StatedAt : one.Key.CompareTo(other.Key) > 0;
    }
}
