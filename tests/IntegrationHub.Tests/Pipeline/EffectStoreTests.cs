using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Pipeline;

public sealed class EffectStoreTests
{
    private static readonly Guid Known = new("00000000-0000-0000-0000-0000000000aa");
    private static readonly Guid Different = new("00000000-0000-0000-0000-0000000000bb");

    [Theory]
    [InlineData(5, true, "AlreadyApplied")] // the same again
    [InlineData(4, false, "AlreadyApplied")] // older: history
    [InlineData(5, false, "Conflict")] // the same version says two things
    public void An_unclaimed_record_is_judged_by_version_and_content(long version, bool sameContent, string verdict) =>
        Assert.Equal(verdict, $"{new KnownEffect(Guid.Empty, 5, Known).Against(Member(version, sameContent ? Known : Different))}");

    private static MemberRecord Member(long version, Guid hash) => new()
    {
        SourceKey = Known,
        Version = version,
        ContentHash = hash,
        HouseholdRef = "h",
        IdNo = "410499197605121035",
        Name = "张三",
    };
}
