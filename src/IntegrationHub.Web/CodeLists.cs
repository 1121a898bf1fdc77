using System.Collections.Frozen;
using IntegrationHub.Contracts;
using IntegrationHub.Policy;

namespace IntegrationHub.Web;

/// <summary>
/// The codes a request may carry, as promised in <c>contracts/codes</c>: a new row there needs no new build.
/// </summary>
internal sealed class CodeLists(ContractsFolder contracts, PolicyBook policies, TimeProvider time)
{
    public FrozenSet<string> AidForms { get; } = Read(contracts, "aid-form");
    public FrozenSet<string> Fundings { get; } = Read(contracts, "funding");
    public FrozenSet<string> DeclineReasons { get; } = Read(contracts, "decline-reason");
    public FrozenSet<string> DataItems { get; } = Read(contracts, "data-items");

    private readonly FrozenSet<string> _needKinds = Read(contracts, "need-kind");

    /// <summary>True for a kind of the list, and for one the policy in force has added (R44).</summary>
    public bool IsNeedKind(string kind) =>
        _needKinds.Contains(kind) || policies.On(HubCalendar.DayOf(time.GetUtcNow()))?.KindOf(kind) is not null;

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
