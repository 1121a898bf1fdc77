using System.Collections.Frozen;
using IntegrationHub.Contracts;
using IntegrationHub.Intake;

namespace IntegrationHub.Adapters.Provincial;

/// <summary>
/// The fields each file type knows, with the kind of value each has, and which of them it cannot do without. A layout is
/// checked against it when it is read, so that a row never meets a field that is not there.
/// </summary>
internal static class LayoutFields
{
    private static readonly Type s_text = typeof(string), s_list = typeof(string[]), s_day = typeof(DateOnly);

    private static readonly FrozenDictionary<string, FrozenDictionary<string, Field>> s_types = new Dictionary<string, FrozenDictionary<string, Field>>
    {
        ["HZ"] = Of(
            Must("householdRef", s_text), Must("headName", s_text), Must("headIdNo", s_text), May("memberCount", typeof(int)),
            May("category", s_text), May("startedMonth", s_text), May("endedMonth", s_text), Must("division", s_text),
            May("residenceAddress", s_text), May("registeredAddress", s_text), May("phone", s_text), May("reason", s_text),
            May("updatedAt", typeof(DateTimeOffset)), May("operation", s_text)),
        ["CY"] = Of(
            Must("householdRef", s_text), Must("name", s_text), May("idNo", s_text), May("relation", s_text), May("sex", s_text),
            May("birth", s_day), May("health", s_text), May("disabilityNo", s_text), May("labourAbility", s_text),
            May("educationStage", s_text)),
        ["RD"] = Of(
            Must("recognitionRef", s_text), Must("householdRef", s_text), Must("idNo", s_text), Must("category", s_text),
            Must("recognisedOn", s_day), May("endedOn", s_day), May("recogniser", s_text), May("endReason", s_text), May("supportMode", s_text)),
        ["FF"] = Of(
            Must("batchRef", s_text), Must("householdRef", s_text), Must("payeeIdNo", s_text), Must("category", s_text),
            Must("period", s_text), Must("amount", typeof(decimal)), May("paidOn", s_day), Must("status", s_text)),
        ["XQ"] = Of(
            Must("needRef", s_text), Must("idNo", s_text), May("householdRef", s_text), Must("kind", s_text), Must("hardship", s_text),
            May("amount", typeof(decimal)), Must("ground", s_text), Must("reason", s_text), Must("govAidStatus", s_text),
            Must("division", s_text), Must("channel", s_text), May("verificationRef", s_text), May("openedOn", s_day),
            May("expiresOn", s_day), Must("status", s_text), May("collector", s_text), May("subjectStatus", s_text),
            May("updatedAt", typeof(DateTimeOffset)), May("educationStage", s_text), May("labourAbility", s_text),
            May("costTotal", typeof(decimal)), May("basicInsurance", typeof(decimal)), May("criticalInsurance", typeof(decimal)),
            May("medicalAssistance", typeof(decimal)), May("cause", s_text), May("beneficiary", s_text),
            May("otherSchemes", typeof(bool)), May("confirmed", typeof(bool)), May("evidence", s_text)),
        ["TY"] = Of(
            Must("consentRef", s_text), Must("sequence", typeof(int)), Must("idNo", s_text), Must("event", s_text), May("capacity", s_text),
            May("purposes", s_list), May("items", s_list), May("recipientClass", s_text), May("recipients", s_list),
            May("actions", s_list), May("sensitive", typeof(bool)), May("provide", typeof(bool)), May("noticeId", s_text),
            May("noticeVersion", s_text), May("noticeHash", s_text), May("evidenceHash", s_text),
            Must("effectiveAt", typeof(DateTimeOffset)), May("validFrom", s_day), May("validTo", s_day), May("reason", s_text),
            May("channel", s_text), May("giverIdNo", s_text), May("capacityEvidence", s_text), May("lawfulBasis", s_text)),
    }.ToFrozenDictionary();

    /// <summary>The file types there are.</summary>
    public static IEnumerable<string> Types => s_types.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="HubProblemException"><c>layout.invalid</c>, naming the layout and the field.</exception>
    public static void Check(SnapshotLayout layout)
    {
        if (!s_types.TryGetValue(layout.Type, out var fields))
            throw Invalid(layout, $"the type {layout.Type} is not known; one of {string.Join(", ", Types)}");
        foreach (var column in layout.Columns)
        {
            if (!fields.TryGetValue(column.Field, out var field))
                throw Invalid(layout, $"column {column.Name}: {layout.Type} has no field {column.Field}; one of {string.Join(", ", fields.Keys.Order(StringComparer.Ordinal))}");
            if (LayoutForms.ValueOf(column.Form) != field.Kind)
                throw Invalid(layout, $"column {column.Name}: the field {column.Field} cannot have the form {column.Form}");
            if (field.IsNeeded && !column.Required)
                throw Invalid(layout, $"column {column.Name}: the field {column.Field} must be required, {layout.Type} cannot do without it");
        }

        if (fields.Values.FirstOrDefault(field => field.IsNeeded && layout.PositionOf(field.Name) is null) is { } missing)
            throw Invalid(layout, $"no column has the field {missing.Name}, which {layout.Type} cannot do without");
    }

    private static HubProblemException Invalid(SnapshotLayout layout, string what) => new(
        "layout.invalid", $"Layout {layout.Layout}: {what}.",
        "Correct the layout file; contracts/provincial/csv/README.md explains every setting.");

    private static FrozenDictionary<string, Field> Of(params Field[] fields) => fields.ToFrozenDictionary(field => field.Name);

    private static Field Must(string name, Type kind) => new(name, kind, true);

    private static Field May(string name, Type kind) => new(name, kind, false);

    private sealed record Field(string Name, Type Kind, bool IsNeeded);
}
