using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Disclosure;

/// <summary>What a release says of a household: a row for everyone who consented, the subject among them, and a number.</summary>
internal sealed record HouseholdPart(IReadOnlyList<MemberPart> Members, int Others)
{
    public override string ToString() => "a household";
}

/// <summary>One row of it.</summary>
internal sealed record MemberPart(string? Relation, SortedDictionary<string, string> Values)
{
    public override string ToString() => "a member";
}

/// <summary>The answer to a claim (contracts/hub/openapi.yaml, Release): the same facts give the same bytes.</summary>
internal static class ReleaseBody
{
    private const int DisabilityNumberLength = 20;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>
    /// What the opened identity says for each item; an item nothing is known of is absent. Sources give no category,
    /// bank account or medical diagnosis yet, and a health code is none of these, so those items never have a value.
    /// </summary>
    public static SortedDictionary<string, string> ValuesOf(
        IReadOnlyList<string> items, PersonIdentity person, HouseholdIdentity? household, NeedDetail? need)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (ValueOf(item, person, household, need) is { Length: > 0 } value)
                values.Add(item, value);
        }

        return values;
    }

    /// <summary>What the opened identity says of one of the household, for the items of their own consent.</summary>
    public static SortedDictionary<string, string> ValuesOf(IReadOnlyList<string> items, PersonIdentity person) =>
        ValuesOf([.. items.Intersect(DataItems.OfMembers, StringComparer.Ordinal)], person, null, null);

    public static byte[] Write(
        ReleaseRow release, SortedDictionary<string, string> values, HouseholdPart? household = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("referralId", release.ReferralId);
            json.WriteString("releaseId", release.ReleaseId);
            json.WriteString("uscc", release.Uscc);
            json.WriteStartObject("consent");
            json.WriteString("id", release.ConsentId);
            json.WriteNumber("seq", release.ConsentSequence);
            json.WriteEndObject();
            json.WriteString("policyVersion", release.PolicyVersion);
            WriteItems(json, values);
            if (household is not null)
                Write(json, household);
            json.WriteString("releasedAt", release.ReleasedAt.UtcDateTime);
            json.WriteEndObject();
        }

        var bytes = buffer.ToArray();
        Array.Clear(buffer.GetBuffer());
        return bytes;
    }

    private static void Write(Utf8JsonWriter json, HouseholdPart household)
    {
        json.WriteStartObject("household");
        json.WriteStartArray("members");
        foreach (var member in household.Members)
        {
            json.WriteStartObject();
            if (member.Relation is not null)
                json.WriteString("relation", member.Relation);
            WriteItems(json, member.Values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("others", household.Others);
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, SortedDictionary<string, string> values)
    {
        json.WriteStartObject("items");
        foreach (var (item, value) in values)
            json.WriteString(item, value);
        json.WriteEndObject();
    }

    private static string? ValueOf(
        string item, PersonIdentity person, HouseholdIdentity? household, NeedDetail? need) => item switch
        {
            DataItems.Name => person.Name,
            DataItems.IdNo => person.IdNo,
            DataItems.Sex => person.Sex,
            DataItems.Birth => person.BornOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DataItems.School => person.EducationStage,
            DataItems.Disability => CategoryAndGradeOf(person.DisabilityNo),
            DataItems.Phone => household?.Phone,
            DataItems.Address => household?.ResidenceAddress,
            DataItems.Household => household?.MemberCount?.ToString(CultureInfo.InvariantCulture),
            DataItems.NeedDetail => need?.Reason,
            DataItems.Cost => need?.Amount?.ToString("0.00", CultureInfo.InvariantCulture),
            _ => null,
        };

    // The number of a disability card is the id number followed by category and grade; only these two are the item.
    private static string? CategoryAndGradeOf(string? cardNumber) =>
        cardNumber is { Length: DisabilityNumberLength } ? cardNumber[^2..] : null;
}
