using CsCheck;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Tests.Canonical;

/// <summary>Checksums of GB 11643 and GB 32100, with the vectors of domain.md §2.2.</summary>
public sealed class IdentifierTests
{
    private static readonly Gen<string> FirstSeventeen =
        Gen.Select(Gen.Int[0, 36_524], Gen.Int[0, 999], (day, serial) =>
            $"410499{new DateOnly(1925, 1, 1).AddDays(day):yyyyMMdd}{serial:000}");

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("41042319620909001X")]
    [InlineData("41048220150801001X")]
    [InlineData("410423198002290021")]
    [InlineData("410402198506151234")]
    [InlineData("410482199712054562")]
    [InlineData("410425201503100035")]
    [InlineData("410425201202290023")]
    [InlineData("410421196503031018")]
    [InlineData("410423197605121038")]
    [InlineData("410499197605121035")]
    [InlineData("410499201508010025")]
    public void A_valid_number_is_read(string number) => Assert.True(ResidentId.TryParse(number, out _));

    [Theory]
    [InlineData("410423198102290029")] // 29 February 1981
    [InlineData("410499197605121034")] // wrong check character
    [InlineData("41049919760512103")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("41049919760512103x")]
    public void A_wrong_number_is_not_read(string? number) => Assert.False(ResidentId.TryParse(number, out _));

    [Fact]
    public void Every_number_made_by_the_rule_is_read_back() => FirstSeventeen.Sample(digits =>
        ResidentId.TryParse(digits + ResidentId.CheckCharacterFor(digits), out var id) && id.Value.StartsWith(digits, StringComparison.Ordinal));

    [Fact]
    public void Any_single_wrong_digit_is_caught() => Gen.Select(FirstSeventeen, Gen.Int[0, 16], Gen.Int[1, 9]).Sample((digits, at, by) =>
    {
        var right = digits + ResidentId.CheckCharacterFor(digits);
        var wrong = right.ToCharArray();
        wrong[at] = (char)('0' + ((wrong[at] - '0' + by) % 10));
        return !ResidentId.HasValidChecksum(wrong);
    });

    [Fact]
    public void A_number_prints_masked() =>
        Assert.Equal("4104**********1035", ResidentId.TryParse("410499197605121035", out var id) ? id.ToString() : "");

    [Theory]
    [InlineData("53410000500990012D")]
    [InlineData("91350100M000100Y43")]
    [InlineData("514104005001234531")]
    [InlineData("514100005000000075")] // (31 − r) = 31 gives '0': the classic bug
    [InlineData("52410423MJF000015K")]
    [InlineData("51410421500222224E")]
    [InlineData("134104000058888896")]
    [InlineData("514104995000000152")]
    public void A_valid_organisation_code_is_read(string code) => Assert.True(Uscc.TryParse(code, out _));

    [Theory]
    [InlineData("53410000500990012E")]
    [InlineData("5341000050099001ID")] // I is not in the alphabet
    [InlineData("53410000500990012")]
    public void A_wrong_organisation_code_is_not_read(string code) => Assert.False(Uscc.TryParse(code, out _));

    [Theory]
    [InlineData("810000199001010019", true)]
    [InlineData("830000198505050021", true)]
    [InlineData("410499197605121035", false)]
    public void A_residence_permit_is_told_by_its_prefix(string number, bool isPermit) =>
        Assert.Equal(isPermit, ResidentId.TryParse(number, out var id) && id.IsResidencePermit);

    [Fact]
    public void A_checksum_never_tells_a_type() // this one passes both
    {
        Assert.True(ResidentId.TryParse("810000199001010019", out _));
        Assert.True(Uscc.TryParse("810000199001010019", out _));
    }

    [Fact]
    public void All_single_errors_and_neighbour_swaps_of_the_standards_sample_are_caught()
    {
        const string Sample = "11010519491231002X";
        var errors = from at in Enumerable.Range(0, 17)
                     from digit in "0123456789"
                     where digit != Sample[at]
                     select Sample[..at] + digit + Sample[(at + 1)..];
        var swaps = from at in Enumerable.Range(0, 16)
                    where Sample[at] != Sample[at + 1]
                    select Sample[..at] + Sample[at + 1] + Sample[at] + Sample[(at + 2)..];

        Assert.Equal(153, errors.Count());
        Assert.All(errors.Concat(swaps), wrong => Assert.False(ResidentId.HasValidChecksum(wrong)));
    }

    [Fact]
    public void One_in_eleven_mangled_numbers_passes_the_checksum() // why a tail of 000 is refused whatever the checksum says
    {
        var random = new Random(1);
        var passing = Enumerable.Range(0, 20_000).Count(_ =>
            ResidentId.HasValidChecksum($"410499{new DateOnly(1930, 1, 1).AddDays(random.Next(30_000)):yyyyMMdd}{random.Next(10)}000"));

        Assert.InRange(passing, 1_500, 2_100);
    }
}
