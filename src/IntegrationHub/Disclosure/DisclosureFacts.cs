using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Policy;

namespace IntegrationHub.Disclosure;

/// <summary>
/// What a decision rested on, as it was at that instant and without personal data: stored with it, so that the decision
/// can be made again years later. Ages are standings, people are keys, consents are as far as the ledger was read.
/// </summary>
public sealed record DisclosureFacts
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public PersonFact? Subject { get; init; }
    public RecipientFact? Recipient { get; init; }
    public required string Division { get; init; }
    public bool ObjectsToMatching { get; init; }

    /// <summary>Why the need may not be referred, as eligibility said then; null if it may.</summary>
    public string? NeedObjection { get; init; }
    public IReadOnlyList<PersonFact> Members { get; init; } = [];

    /// <summary>True if all that was permitted turned out not to be held, so that it became a refusal.</summary>
    public bool NothingHeld { get; init; }

    /// <summary>A person: identity state, age standing, and for each of their keys the last entry of the ledger read.</summary>
    public sealed record PersonFact(
        Guid Key, string State, AgeStanding Age, string? Relation, IReadOnlyDictionary<Guid, long> Ledger);

    /// <summary>The recipient's standing as it was then, without its name.</summary>
    public sealed record RecipientFact
    {
        public required string Uscc { get; init; }
        public required bool IsCharity { get; init; }
        public required string Status { get; init; }
        public required IReadOnlyList<string> Scopes { get; init; }
        public required IReadOnlyList<string> Areas { get; init; }
        public required string AgreementId { get; init; }
        public required DateOnly AgreementFrom { get; init; }
        public required DateOnly AgreementTo { get; init; }
        public required IReadOnlyList<string> AgreementItems { get; init; }
    }

    /// <summary>The facts of a request.</summary>
    public static DisclosureFacts Of(DisclosureRequest request)
    {
        var day = HubCalendar.DayOf(request.At);
        return new DisclosureFacts
        {
            Subject = request.Subject is { } subject ? FactOf(subject, null, request.Read) : null,
            Recipient = request.Recipient is { } recipient ? RecipientOf(recipient) : null,
            Division = request.Division,
            ObjectsToMatching = request.ObjectsToMatching,
            NeedObjection = request.NeedObjection,
            Members = [.. request.Members.Select(member => FactOf(member.Subject, member.Relation, member.Read))],
        };

        PersonFact FactOf(SubjectFacts person, string? relation, IReadOnlyDictionary<Guid, long> read) => new(
            person.PersonKey, person.State, Age.StandingOf(person.BornOn, day), relation, read);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <exception cref="JsonException">The text is not what <see cref="ToJson"/> wrote.</exception>
    public static DisclosureFacts Parse(string json) =>
        JsonSerializer.Deserialize<DisclosureFacts>(json, Options) ?? throw new JsonException("The facts are empty.");

    private static RecipientFact RecipientOf(Organisation recipient) => new()
    {
        Uscc = recipient.Uscc,
        IsCharity = recipient.IsCharity,
        Status = recipient.Status,
        Scopes = recipient.Scopes,
        Areas = recipient.Areas,
        AgreementId = recipient.AgreementId,
        AgreementFrom = recipient.AgreementFrom,
        AgreementTo = recipient.AgreementTo,
        AgreementItems = recipient.AgreementItems,
    };
}
