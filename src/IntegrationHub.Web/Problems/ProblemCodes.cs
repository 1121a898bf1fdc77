using System.Globalization;
using CsvHelper;
using IntegrationHub.Contracts;
using IntegrationHub.Policy;

namespace IntegrationHub.Web.Problems;

/// <summary>A kind of refusal as promised in <c>contracts/codes/problem-code.csv</c>.</summary>
internal sealed record ProblemKind(string Code, int Status, string Title, string Next);

/// <summary>
/// The promised codes with their status and words, so that the door and the contract cannot say two things.
/// </summary>
internal sealed class ProblemCodes
{
    public const string Internal = "internal";
    public const string Invalid = "request.invalid";

    private readonly Dictionary<string, ProblemKind> _kinds;

    public ProblemCodes(ContractsFolder contracts)
    {
        var file = Path.Combine(contracts.Path, "codes", "problem-code.csv");
        try
        {
            using var reader = CsvReader.FromFile(file);
            _kinds = new Dictionary<string, ProblemKind>();
            while (reader.Read())
            {
                var kind = Read(reader);
                _kinds.Add(kind.Code, kind);
            }
        }
        catch (IOException failure)
        {
            throw new HubProblemException(
                "contracts.missing", "The list of problem codes is not below Hub:Contracts:Folder.",
                "Point Hub:Contracts:Folder to the contracts directory.", failure);
        }
    }

    /// <summary>The kind of a code. A code nobody promised is an error of ours.</summary>
    public ProblemKind Of(string code) => _kinds.TryGetValue(code, out var kind) ? kind : _kinds[Internal];

    // A code without a status is told at other doors; should it come to this one, the caller's request failed.
    private static ProblemKind Read(CsvReader row) => new(
        row.GetString("code"),
        int.TryParse(row.GetString("http_status"), CultureInfo.InvariantCulture, out var status)
            ? status
            : StatusCodes.Status400BadRequest,
        row.GetString("name_en"),
        row.GetString("next_en"));
}
