using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

public sealed class CorrectionRulesTests
{
    private static readonly Guid Same = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Changed = new("00000000-0000-0000-0000-000000000002");
    private static readonly Guid Again = new("00000000-0000-0000-0000-000000000003");

    private static readonly IReadOnlySet<string> All = new HashSet<string> { "name", "phone" };

    [Fact]
    public void P12_exactly_the_items_whose_value_has_changed_are_corrected()
    {
        var order = CorrectionRules.Decide(Release(), All, [], Now(Same, Changed));

        Assert.Equal(["phone"], order?.Items);
        Assert.Equal([Changed], order?.Digests);
        Assert.Null(CorrectionRules.Decide(Release(), All, [], Now(Same, Same)));
    }

    [Fact]
    public void A_change_is_told_once_and_the_next_one_again()
    {
        var told = Correction("phone", Changed);

        Assert.Null(CorrectionRules.Decide(Release(), All, [told], Now(Same, Changed)));
        Assert.Equal(["phone"], CorrectionRules.Decide(Release(), All, [told], Now(Same, Again))?.Items);
        Assert.Equal(["phone"], CorrectionRules.Decide(Release(), All, [told], Now(Same, Same))?.Items); // changed back
        Assert.Null(CorrectionRules.Decide(Release(), All, [told, Correction("phone", Again)], Now(Same, Again)));
    }

    [Fact]
    public void What_was_recalled_or_given_anew_or_kept_without_a_digest_is_not_corrected()
    {
        Assert.Null(CorrectionRules.Decide(Release(), new HashSet<string> { "name" }, [], Now(Same, Changed)));
        Assert.Null(CorrectionRules.Decide(Release() with { ItemDigests = [] }, All, [], Now(Same, Changed)));
    }

    [Fact]
    public void A_recipient_has_an_item_from_the_last_release_that_gave_it()
    {
        var first = Release();
        var second = Release() with { ReleaseId = Again, Items = ["phone"] };
        var elsewhere = Release() with { ReleaseId = Changed, Uscc = "another" };
        var recall = new RecallRow
        {
            RecallId = Same,
            ReleaseId = Changed,
            ReferralId = first.ReferralId,
            Uscc = "another",
            Items = ["name"],
            Reason = RecallReason.Narrowed,
            IssuedAt = Ledger.Noon,
            Deadline = Ledger.Noon,
        };

        var standing = CorrectionRules.Standing(
            [first, elsewhere, second], new[] { recall }.ToLookup(one => one.ReleaseId));

        Assert.Equal(["name"], standing[first.ReleaseId]);
        Assert.Equal(["phone"], standing[second.ReleaseId]);
        Assert.Equal(["phone"], standing[elsewhere.ReleaseId]);
    }

    private static Dictionary<string, Guid> Now(Guid name, Guid phone) => new() { ["name"] = name, ["phone"] = phone };

    private static ReleaseRow Release() => new()
    {
        ReleaseId = Same,
        DecisionId = 1,
        ReferralId = Same,
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = "one",
        Purpose = "ZY",
        Items = ["name", "phone"],
        ItemDigests = [Same, Same],
        ConsentId = "TY-1",
        ConsentSequence = 1,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = Ledger.Noon,
    };

    private static CorrectionRow Correction(string item, Guid digest) => new()
    {
        CorrectionId = digest,
        ReleaseId = Same,
        ReferralId = Same,
        Uscc = "one",
        Items = [item],
        ItemDigests = [digest],
        Claimable = true,
        IssuedAt = Ledger.Noon,
        Deadline = Ledger.Noon,
    };
}
