namespace IntegrationHub.Tests.Architecture;

/// <summary>The checkout the tests run in: architecture tests read the source, because that is what reviewers read.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static IEnumerable<(string Path, string Text)> Sources(string folder) =>
        from file in Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        select (Path.GetRelativePath(Path.Combine(Root, folder), file), File.ReadAllText(file));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository root is not above the tests.");
        return folder.FullName;
    }
}
