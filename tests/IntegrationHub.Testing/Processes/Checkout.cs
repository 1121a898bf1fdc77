namespace IntegrationHub.Testing.Processes;

/// <summary>Where this working copy lies and where its build puts programs.</summary>
public static class Checkout
{
    /// <summary>The folder with IntegrationHub.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>"release" or "debug": programs are taken from the configuration the caller was built in.</summary>
    public static string Configuration { get; } =
        Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The organisations of the demo, shared by both outside systems.</summary>
    public static string DemoOrganisations => Path.Combine(Root, "contracts", "codes", "demo-organisations.csv");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IntegrationHub.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No IntegrationHub.sln above {AppContext.BaseDirectory}.");
    }
}
