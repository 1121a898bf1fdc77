namespace IntegrationHub.Web;

/// <summary>Settings of the web door (<c>Hub:Web</c>).</summary>
public sealed class WebOptions
{
    /// <summary>True: the operations API answers this machine only.</summary>
    public bool OpsFromLoopbackOnly { get; init; } = true;

    /// <summary>How long after the question an answer of /aid/exists is given, whatever it took (P21).</summary>
    public TimeSpan ExistsAnswersAfter { get; init; } = TimeSpan.FromMilliseconds(250);
}
