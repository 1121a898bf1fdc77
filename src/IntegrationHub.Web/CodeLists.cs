using System.Collections.Frozen;
using IntegrationHub.Contracts;
using IntegrationHub.Policy;

namespace IntegrationHub.Web;

/// <summary>
/// The codes a request may carry, as promised in <c>contracts/codes</c>: a new row there needs no new build.
/// </summary>
internal sealed class CodeLists(ContractsFolder contracts)
{
    public FrozenSet<string> AidForms { get; } = Read(contracts, "aid-form");
    public FrozenSet<string> Fundings { get; } = Read(contracts, "funding");
    public FrozenSet<string> NeedKinds { get; } = Read(contracts, "need-kind");
    public FrozenSet<string> DeclineReasons { get; } = Read(contracts, "decline-reason");
    public FrozenSet<string> DataItems { get; } = Read(contracts, "data-items");

    private static FrozenSet<string> Read(ContractsFolder contracts, string list)
    {
        var file = Path.Combine(contracts.Path, "codes", $"{list}.csv");
        try
        {
            // A code stands first and is never quoted.
            return File.ReadLines(file).Skip(1).Select(line => line.Split(',')[0]).ToFrozenSet();
        }
        catch (IOException failure)
        {
            throw new HubProblemException(
                "contracts.missing", $"The code list {list}.csv is not below Hub:Contracts:Folder.",
                "Point Hub:Contracts:Folder to the contracts directory.", failure);
        }
    }
}
