using System.ComponentModel.DataAnnotations;

namespace IntegrationHub.Web;

/// <summary>Settings of the web door (<c>Hub:Web</c>).</summary>
public sealed class WebOptions
{
    /// <summary>True: the operations API answers this machine only.</summary>
    public bool OpsFromLoopbackOnly { get; init; } = true;

    /// <summary>How long after the question an answer of /aid/exists is given, whatever it took (P21).</summary>
    public TimeSpan ExistsAnswersAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls an organisation may make a minute to its subscriptions and its feed.</summary>
    [Range(1, 100_000)]
    public int CallsPerMinute { get; init; } = 600;

    /// <summary>Readers that may wait for events at the same time, of one organisation.</summary>
    [Range(1, 1_000)]
    public int WaitingReaders { get; init; } = 8;
}
