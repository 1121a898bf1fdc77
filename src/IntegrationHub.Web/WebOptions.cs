namespace IntegrationHub.Web;

/// <summary>Settings of the web door (<c>Hub:Web</c>).</summary>
public sealed class WebOptions
{
    /// <summary>True: the operations API answers this machine only.</summary>
    public bool OpsFromLoopbackOnly { get; init; } = true;
}
