using IntegrationHub.Failures;

namespace IntegrationHub.Tests.Failures;

public sealed class ExceptionTextTests
{
    [Theory]
    [InlineData("The number 410499198001011234 is wrong.", "The number *** is wrong.")]
    [InlineData("The number 41049919800101123X is wrong.", "The number *** is wrong.")]
    [InlineData("The number ４１０４９９１９８００１０１１２３Ｘ is wrong.", "The number *** is wrong.")]
    [InlineData("code410499198001011234", "code***")]
    [InlineData("call 13800000000 or 0375-1234567", "call *** or ***")]
    [InlineData("card 6222 0000 0000 0000 000", "card ***")]
    [InlineData("born 1980-01-01", "born ***")]
    [InlineData("mail someone@charity.example now", "mail *** now")]
    public void Numbers_that_may_be_a_persons_are_masked(string text, string cleaned) =>
        Assert.Equal(cleaned, ExceptionText.Clean(text));

    [Theory]
    [InlineData("The input string 'Wang' was not in a correct format.", "The input string *** was not in a correct format.")]
    [InlineData("The value \"Wang\" is wrong.", "The value *** is wrong.")]
    [InlineData("The value “Wang” is wrong.", "The value *** is wrong.")]
    [InlineData("The value `Wang` is wrong.", "The value *** is wrong.")]
    [InlineData("The value 'O'Brien' is wrong.", "The value *** is wrong.")]
    [InlineData("It was cut in 'the middle of Wang", "It was cut in ***")]
    [InlineData("Key (name)=(Wang) already exists.", "Key (name)=(***) already exists.")]
    [InlineData("GET http://127.0.0.1/find?name=Wang failed", "GET http://127.0.0.1/find?*** failed")]
    [InlineData("对象张三丰不存在", "***")]
    public void Values_are_masked_whatever_quotes_them(string text, string cleaned) =>
        Assert.Equal(cleaned, ExceptionText.Clean(text));

    [Theory]
    [InlineData("It doesn't match, and that isn't known.")]
    [InlineData("Row 12345 of chunk 018f3c1e-7b2a-7c3d-9e4f-112233445566 has 3 columns.")]
    [InlineData("Migration 0002_stations was changed after it was applied.")]
    public void What_helps_a_reader_and_tells_of_no_person_stays(string text) =>
        Assert.Equal(text, ExceptionText.Clean(text));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(1000, ExceptionText.Clean(new string('a', 5000)).Length);
}
