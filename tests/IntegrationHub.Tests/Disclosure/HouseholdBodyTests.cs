using System.Text;
using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Disclosure;
using IntegrationHub.Tests.Consent;

namespace IntegrationHub.Tests.Disclosure;

/// <summary>The bytes of a release and of a release file, to the letter.</summary>
public sealed class HouseholdBodyTests
{
    private static readonly PersonIdentity Person = new()
    {
        Name = "示例甲",
        IdNo = "410499197605121035",
        Sex = "1",
        BornOn = new DateOnly(1976, 5, 12),
        DisabilityNo = "41049919760512103542",
        EducationStage = "ES3",
    };

    private static readonly ReleaseRow Release = new()
    {
        ReleaseId = new Guid("0195a2c0-0000-7000-8000-000000000013"),
        DecisionId = 1,
        ReferralId = new Guid("0195a2c0-0000-7000-8000-000000000010"),
        Attempt = 1,
        PersonKey = Requests.Person,
        Uscc = Requests.CountyCharity.Uscc,
        Purpose = "ZY",
        Items = ["name"],
        ConsentId = "TY-1",
        ConsentSequence = 3,
        PolicyVersion = "2026-01",
        Digest = [],
        ReleasedAt = new DateTimeOffset(2026, 3, 2, 1, 0, 5, TimeSpan.Zero),
    };

    private const string Nobody = "\"{\"\"members\"\":[],\"\"others\"\":2}\"";

    private static readonly string[] Columns = ["action", "referral_id", "release_id", "released_at", "delete_items", "delete_by"];

    [Fact]
    public void P20_a_member_is_told_by_the_items_of_a_member_only() => Assert.Equal(
        ["birth=1976-05-12", "disability=42", "name=示例甲", "school=ES3", "sex=1"],
        ReleaseBody.ValuesOf(DataItems.All, Person).Select(one => $"{one.Key}={one.Value}"));

    [Fact]
    public void P20_a_household_is_its_members_with_their_items_and_a_number()
    {
        var household = new HouseholdPart(
            [new MemberPart("10", Values(("name", "示例甲"), ("birth", "1976-05-12"))), new MemberPart(null, Values())], 2);

        var body = Encoding.UTF8.GetString(ReleaseBody.Write(Release, Values(("name", "示例乙")), household));

        Assert.Equal(
            """
            {"referralId":"0195a2c0-0000-7000-8000-000000000010","releaseId":"0195a2c0-0000-7000-8000-000000000013","uscc":"51410499501000068N","consent":{"id":"TY-1","seq":3},"policyVersion":"2026-01","items":{"name":"示例乙"},"household":{"members":[{"relation":"10","items":{"birth":"1976-05-12","name":"示例甲"}},{"items":{}}],"others":2},"releasedAt":"2026-03-02T01:00:05Z"}
            """,
            body);
    }

    [Fact]
    public void P16_what_is_printed_by_mistake_names_nobody()
    {
        var member = new MemberPart("10", Values(("name", "示例甲")));

        Assert.Equal("a member", member.ToString());
        Assert.Equal("a household", new HouseholdPart([member], 0).ToString());
    }

    [Fact]
    public void A_file_is_the_same_to_the_letter()
    {
        var household = new HouseholdPart([], 2);
        var body = ReleaseBody.Write(Release, Values(("name", "示例甲"), ("school", "ES3")), household);
        var recall = new RecallRow
        {
            RecallId = Guid.Empty,
            ReleaseId = Release.ReleaseId,
            ReferralId = Release.ReferralId,
            Uscc = Release.Uscc,
            Items = ["name", "phone"],
            Reason = RecallReason.Withdrawn,
            IssuedAt = Ledger.Noon,
            Deadline = Ledger.Noon,
        };

        var bytes = ReleaseCsv.Write([body], [recall]);

        Assert.Equal("EFBBBF", Convert.ToHexString(bytes, 0, 3));
        Assert.Equal(
            $"""
            {string.Join(',', [.. Columns, .. DataItems.All, "household_members"])}
            RELEASE,{Release.ReferralId},{Release.ReleaseId},2026-03-02T01:00:05Z,,,示例甲{Empty(13)}ES3,{Nobody}
            DELETE,{Release.ReferralId},{Release.ReleaseId},,name;phone,2026-03-02T04:00:00.0000000Z{Empty(15)}

            """.ReplaceLineEndings("\r\n"),
            Encoding.UTF8.GetString(bytes[3..]));
    }

    [Theory]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("a=b", "a=b")]
    [InlineData("=", "\"'=\"")]
    public void D09_a_cell_that_a_spreadsheet_takes_for_something_else(string value, string cell) =>
        Assert.Equal(cell, ReleaseCsv.Cell(value));

    [Fact]
    public void Facts_that_are_none_are_refused_and_what_is_absent_is_not_written()
    {
        Assert.Equal("The facts are empty.", Assert.Throws<JsonException>(() => DisclosureFacts.Parse("null")).Message);
        var json = DisclosureFacts.Of(Requests.Claim() with { Subject = null, Recipient = null }).ToJson();

        Assert.Equal("""{"division":"410423101","objectsToMatching":false,"members":[],"nothingHeld":false}""", json);
    }

    private static string Empty(int cells) => new(',', cells);

    private static SortedDictionary<string, string> Values(params (string Item, string Value)[] values) =>
        new(values.ToDictionary(one => one.Item, one => one.Value), StringComparer.Ordinal);
}
