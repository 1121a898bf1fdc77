namespace IntegrationHub.Testing.Demo;

/// <summary>The files of one installation, all below one folder.</summary>
public sealed record HubFolders(string Root)
{
    /// <summary>Where the province drops its files.</summary>
    public string Drop => Path.Combine(Root, "drop");

    /// <summary>Where the hub answers with result files.</summary>
    public string Results => Path.Combine(Root, "results");

    /// <summary>Where the hub puts the files it is done with.</summary>
    public string Taken => Path.Combine(Root, "taken");

    public string Archive => Path.Combine(Root, "archive");

    public string Logs => Path.Combine(Root, "logs");

    public string ClockFile => Path.Combine(Root, "clock");

    public string MasterKeyFile => Path.Combine(Root, "master.key");

    /// <summary>Shell settings for whoever wants to call <c>hub</c> on this installation.</summary>
    public string EnvironmentFile => Path.Combine(Root, "env.sh");

    internal void Create()
    {
        Clear(withLogs: true);
        foreach (var folder in new[] { Drop, Results, Archive, Logs })
            Directory.CreateDirectory(folder);
    }

    /// <summary>Removes what an installation leaves, and nothing else that may lie in the folder.</summary>
    internal void Clear(bool withLogs)
    {
        string[] folders = withLogs ? [Drop, Results, Taken, Archive, Logs] : [Drop, Results, Taken, Archive];
        foreach (var folder in folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var file in new[] { ClockFile, MasterKeyFile, EnvironmentFile })
            File.Delete(file);
    }
}
