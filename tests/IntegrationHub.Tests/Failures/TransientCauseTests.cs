using IntegrationHub.Contracts;
using IntegrationHub.Failures;
using Npgsql;

namespace IntegrationHub.Tests.Failures;

public sealed class TransientCauseTests
{
    public static TheoryData<Exception, bool> Causes => new()
    {
        { new TimeoutException(), true },
        { new HttpRequestException(), true },
        { new InvalidOperationException("outer", new IOException()), true },
        { new NpgsqlException("lost", new IOException()), true },
        { new HubProblemException("partner.unreachable", "", ""), true },
        { new HubProblemException("partner.throttled", "", ""), true },
        { new HubProblemException("partner.rejected", "", ""), false },
        { new InvalidOperationException(), false },
        { new FormatException(), false },
        { new NobodyConsumesException(), false },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void What_may_go_better_by_itself_is_told_from_what_will_not(Exception thrown, bool isTransient) =>
        Assert.Equal(isTransient, TransientCause.Is(thrown));
}
