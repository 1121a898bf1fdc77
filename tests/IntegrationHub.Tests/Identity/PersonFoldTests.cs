using CsCheck;
using IntegrationHub.Identity;

namespace IntegrationHub.Tests.Identity;

public sealed class PersonFoldTests
{
    private static readonly Guid Person = new("00000000-0000-0000-0000-000000000001");
    private static readonly PersonKeys s_person = new() { PersonKey = Person, Keys = [Person] };

    [Fact]
    public void Two_records_of_one_name_are_one_person() =>
        Assert.Equal(PersonFold.Ok, PersonFold.Of(s_person, [Stated(1, name: 7), Stated(2, name: 7)]).State);

    [Fact]
    public void Scenario_12_one_number_with_two_names_is_a_conflict() =>
        Assert.Equal(PersonFold.Conflict, PersonFold.Of(s_person, [Stated(1, name: 7), Stated(2, name: 8)]).State);

    [Fact]
    public void Scenario_12_the_conflict_goes_when_one_of_the_records_ends() =>
        Assert.Equal(PersonFold.Ok, PersonFold.Of(s_person, [Stated(1, name: 7), Stated(2, name: 8) with { Ended = true }]).State);

    [Fact]
    public void A_record_that_stands_speaks_before_a_newer_one_that_ended()
    {
        var standing = Stated(1, name: 7) with { Version = 1 };

        Assert.Equal(standing, PersonFold.Speaker(s_person, [Stated(2, name: 7) with { Version = 9, Ended = true }, standing]));
    }

    [Fact]
    public void Of_records_that_stand_the_newest_speaks()
    {
        var newest = Stated(2, name: 7) with { Version = 2, BornOn = new DateOnly(1976, 5, 12) };

        Assert.Equal(newest.BornOn, PersonFold.Of(s_person, [Stated(1, name: 7), newest]).BornOn);
    }

    [Fact]
    public void The_order_of_records_changes_nothing() =>
        Gen.Select(Gen.Int[1, 3], Gen.Bool, Gen.Int[1, 3]).Array[1, 10].Sample(rows =>
        {
            var stated = rows.Select((row, i) => Stated(i, row.Item1) with { Ended = row.Item2, Version = row.Item3 }).ToList();
            var straight = (PersonFold.Of(s_person, stated), PersonFold.Speaker(s_person, stated));
            stated.Reverse();
            return (PersonFold.Of(s_person, stated), PersonFold.Speaker(s_person, stated)) == straight;
        });

    [Theory]
    [InlineData("张 三", "张三")]
    [InlineData("张\u3000三", "张三")]
    [InlineData("买买提・艾力", "买买提·艾力")]
    public void D03_names_are_compared_without_their_typing(string one, string other) =>
        Assert.Equal(PersonNames.Normalise(other), PersonNames.Normalise(one));

    private static PersonStatement Stated(int source, int name) => new(Person, Key(source), Key(name), null, false, 1);

    private static Guid Key(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 9]);
}
