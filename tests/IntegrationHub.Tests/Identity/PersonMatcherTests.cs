using CsCheck;
using IntegrationHub.Identity;

namespace IntegrationHub.Tests.Identity;

public sealed class PersonMatcherTests
{
    private static readonly Guid Person = new("00000000-0000-0000-0000-000000000001");

    [Fact]
    public void Two_records_of_one_person_are_one_person()
    {
        var verdict = Assert.Single(PersonMatcher.Fold([Stated(1, name: 7), Stated(2, name: 7)]));

        Assert.False(verdict.Conflict);
        Assert.Equal(Key(1), verdict.Kept.SourceKey);
    }

    [Fact]
    public void Scenario_12_one_number_with_two_names_is_a_conflict() =>
        Assert.True(Assert.Single(PersonMatcher.Fold([Stated(1, name: 7), Stated(2, name: 8)])).Conflict);

    [Fact]
    public void The_order_of_records_changes_nothing() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 3]).Array[1, 10].Sample(rows =>
        {
            var stated = rows.Select((row, i) => new StatedPerson(Key(i), new Guid(row.Item1, 0, 0, new byte[8]), Key(row.Item2), i)).ToList();
            var straight = PersonMatcher.Fold(stated);
            stated.Reverse();
            return PersonMatcher.Fold(stated).SequenceEqual(straight);
        });

    [Theory]
    [InlineData("张 三", "张三")]
    [InlineData("张\u3000三", "张三")]
    [InlineData("买买提・艾力", "买买提·艾力")]
    public void D03_names_are_compared_without_their_typing(string one, string other) =>
        Assert.Equal(PersonNames.Normalise(other), PersonNames.Normalise(one));

    private static StatedPerson Stated(int source, int name) => new(Key(source), Person, Key(name), 1);

    private static Guid Key(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
}
