using System.Text.Json;
using IntegrationHub.Contracts;

namespace IntegrationHub.Policy;

/// <summary>Packs as files (<c>contracts/policy/policy-*.json</c>).</summary>
public static class PolicyFile
{
    private const string Pattern = "policy-*.json";

    /// <summary>The packs that come with the software, the oldest first.</summary>
    public static IReadOnlyList<(string File, byte[] Body)> In(string contractsFolder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(Path.Combine(contractsFolder, "policy"), Pattern)
                    .Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))),
            ];
        }
        catch (IOException failure)
        {
            throw Unreadable("contracts/policy", failure);
        }
    }

    /// <summary>A book of the packs that come with the software, for tests and for what needs no database.</summary>
    public static PolicyBook Book(string contractsFolder) =>
        PolicyBook.Of(In(contractsFolder).Select(file => Parse(file.Body, file.File)));

    /// <exception cref="HubProblemException"><c>policy.unreadable</c>.</exception>
    public static PolicyPack Parse(ReadOnlySpan<byte> body, string name = "policy pack")
    {
        try
        {
            return JsonSerializer.Deserialize<PolicyPack>(WithoutMark(body), JsonSerializerOptions.Web)
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException failure)
        {
            throw Unreadable(name, failure);
        }
    }

    // Editors of officials like to write a byte order mark.
    internal static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body;

    private static HubProblemException Unreadable(string name, Exception failure) => new(
        "policy.unreadable", $"The policy pack {name} could not be read: {failure.Message}",
        "Point Hub:Contracts:Folder to the contracts directory and run `hub policy check`.", failure);
}
