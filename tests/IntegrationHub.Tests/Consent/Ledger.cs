using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Consent;

/// <summary>Consent events that permit everything unless a test says otherwise.</summary>
internal static class Ledger
{
    public const string CountyCharity = "51410499501000068N";
    public const string MedicalFoundation = "534104995010000253";

    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(8));

    public static readonly string[] AllItems =
    [
        "name", "id_no", "phone", "address", "birth", "sex", "household", "category", "need_detail", "cost",
        "diagnosis", "disability", "bank", "school",
    ];

    /// <summary>A consent that names one organisation for everything, in force since a month and for a year.</summary>
    public static ConsentEvent Given(int sequence = 1, string id = "TY-1") => new()
    {
        ConsentId = id,
        Sequence = sequence,
        Type = ConsentEventType.Given,
        Capacity = ConsentCapacity.Self,
        Purposes = ["ZY"],
        Items = AllItems,
        Recipients = [CountyCharity],
        Actions = [ConsentAction.Offer, ConsentAction.Detail, ConsentAction.Feedback],
        Sensitive = true,
        Provide = true,
        EvidenceHash = $"evidence of {id}",
        EffectiveAt = Noon.AddDays(-30),
        ValidFrom = new DateOnly(2026, 1, 31),
        ValidTo = new DateOnly(2027, 1, 31),
    };

    /// <summary>A consent that covers anonymous offers to charities as a class.</summary>
    public static ConsentEvent GivenToClass(int sequence = 1, string id = "TY-1") => Given(sequence, id) with
    {
        RecipientClass = "CHARITY",
        Recipients = [],
        Actions = [ConsentAction.Offer],
        Sensitive = false,
        Provide = false,
    };

    public static ConsentEvent Then(this ConsentEvent given, ConsentEventType type, int sequence) => given with
    {
        Type = type,
        Sequence = sequence,
        EvidenceHash = null,
        EffectiveAt = given.EffectiveAt.AddDays(1),
    };
}
