using IntegrationHub.Contracts;
using IntegrationHub.Intake;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>The layouts of one province, by type: read when a night begins, so that a mended layout holds at once.</summary>
internal sealed class LayoutFolder
{
    private readonly Dictionary<string, List<SnapshotLayout>> _layouts;

    private LayoutFolder(Dictionary<string, List<SnapshotLayout>> layouts) => _layouts = layouts;

    public IEnumerable<SnapshotLayout> All => _layouts.Values.SelectMany(layouts => layouts);

    public IReadOnlyList<SnapshotLayout> Of(string type) => _layouts.GetValueOrDefault(type, []);

    /// <summary>Reads them. The configured source wins over the one a layout names: two provinces may share a form.</summary>
    public static LayoutFolder Load(string contractsFolder, string folder, string source)
    {
        if (!Directory.Exists(folder))
        {
            throw new HubProblemException(
                "contracts.missing", $"The layouts folder of {source} does not exist.", "Correct the setting Layouts or Hub:Contracts:Folder.");
        }

        var layouts = Directory.GetFiles(folder, "*.json").OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal)
            .Select(file => SnapshotLayout.Load(contractsFolder, file) with { Source = source })
            .ToList();
        layouts.ForEach(LayoutFields.Check);
        return new LayoutFolder(layouts.GroupBy(layout => layout.Type).ToDictionary(same => same.Key, same => same.ToList()));
    }
}
