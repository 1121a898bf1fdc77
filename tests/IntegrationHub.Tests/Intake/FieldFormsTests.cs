using System.Collections.Frozen;
using CsCheck;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

public sealed class FieldFormsTests
{
    [Theory]
    [InlineData("410499197605121035", "410499197605121035")]
    [InlineData("４１０４９９１９７６０５１２１０３５", "410499197605121035")]
    [InlineData("'410499197605121035", "410499197605121035")]
    [InlineData("410499 19760512 1035", "410499197605121035")]
    [InlineData("41042319620909001x", "41042319620909001X")]
    [InlineData("41042319620909001×", "41042319620909001X")]
    [InlineData("41042319620909001Х", "41042319620909001X")] // Cyrillic
    [InlineData("41042319620909001Ｘ", "41042319620909001X")]
    public void D04_an_id_written_carelessly_is_repaired(string written, string read) =>
        Assert.Equal(read, FieldForms.ResidentIdOf(written, out _));

    [Theory]
    [InlineData("410499197605121034", "id.checksum")]
    [InlineData("41049919760512", "id.length")]
    [InlineData("410423198102290029", "id.birth")]
    [InlineData("410499197605121000", "id.mangled")]
    [InlineData("4.10423E+17", "id.length")]
    public void D04_an_id_that_cannot_be_one_names_its_problem(string written, string code)
    {
        Assert.Null(FieldForms.ResidentIdOf(written, out var problem));
        Assert.Equal(code, problem);
    }

    [Theory]
    [InlineData("20240101")]
    [InlineData("2024-01-01")]
    [InlineData("2024-1-1")]
    [InlineData("2024/01/01")]
    [InlineData("2024.1.1")]
    [InlineData("2024年1月1日")]
    public void D06_a_date_is_read_in_its_usual_forms(string written) =>
        Assert.Equal(new DateOnly(2024, 1, 1), FieldForms.Read(Column("date"), written, out _));

    [Theory]
    [InlineData("date", "20260230", "date.invalid")]
    [InlineData("date", "0000-00-00", "date.invalid")]
    [InlineData("month", "202613", "month.invalid")]
    [InlineData("money", "壹佰元整左右", "money.invalid")]
    [InlineData("money", "12.345", "money.invalid")]
    [InlineData("integer", "-1", "integer.invalid")]
    [InlineData("yesNo", "Y", "code.unknown")]
    [InlineData("code", "低收人", "code.unknown")]
    [InlineData("list", "ZY|XX", "code.unknown")]
    [InlineData("dateTime", "20260101", "date.invalid")]
    [InlineData("text", "", "field.required")]
    [InlineData("text", "01234567890", "field.too_long")]
    public void A_value_of_the_wrong_form_names_its_problem(string form, string written, string code)
    {
        Assert.Null(FieldForms.Read(Column(form), written, out var problem));
        Assert.Equal(code, problem);
    }

    [Theory]
    [InlineData("code", "110", "LI1")]
    [InlineData("month", "2026-01", "202601")]
    [InlineData("text", "　张三 ", "张三")]
    public void A_value_of_the_right_form_is_read(string form, string written, string read) =>
        Assert.Equal(read, FieldForms.Read(Column(form), written, out _));

    [Fact]
    public void D07_money_keeps_two_decimals() => Assert.Equal(1234.5m, FieldForms.Read(Column("money"), "1,234.50", out _));

    [Fact]
    public void Repair_is_idempotent_and_never_throws() => Gen.String[0, 80].Sample(text =>
    {
        var once = FieldForms.RepairId(text);
        return FieldForms.RepairId(once) == once;
    });

    [Fact]
    public void A_repaired_id_is_valid_or_refused() => Gen.String[Gen.Char["0123456789xX× '０１"], 15, 22].Sample(text =>
        FieldForms.ResidentIdOf(text, out _) is not { } id || ResidentId.TryParse(id, out _));

    private static LayoutColumn Column(string form) => new()
    {
        Position = 1,
        Name = "列",
        Field = "field",
        Form = form,
        Required = true,
        MaxLength = form == "text" ? 10 : null,
        Codes = form is "code" or "list"
            ? new Dictionary<string, string> { ["110"] = "LI1", ["ZY"] = "ZY" }.ToFrozenDictionary()
            : null,
    };
}
