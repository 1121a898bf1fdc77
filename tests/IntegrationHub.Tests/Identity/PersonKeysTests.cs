using CsCheck;
using IntegrationHub.Identity;

namespace IntegrationHub.Tests.Identity;

public sealed class PersonKeysTests
{
    [Fact]
    public void A_key_without_an_alias_means_itself()
    {
        var person = PersonKeys.Of([Key(1)], [])[Key(1)];

        Assert.Equal((Key(1), 1), (person.PersonKey, person.Keys.Count));
    }

    [Fact]
    public void A_chain_of_aliases_ends_in_the_newest_key_whichever_one_asks_for()
    {
        Alias[] aliases = [Into(1, 2), Into(2, 3), Into(4, 3)];

        var people = PersonKeys.Of([Key(1), Key(2), Key(3), Key(4)], aliases);

        Assert.All(people.Values, person => Assert.Equal(Key(3), person.PersonKey));
        Assert.All(people.Values, person => Assert.Equal([Key(1), Key(2), Key(3), Key(4)], person.Keys));
    }

    [Fact]
    public void Scenario_12_one_name_of_a_shared_number_may_be_another_person()
    {
        var people = PersonKeys.Of([Key(1), Key(2)], [new Alias(Key(9), Key(1), Name(7), Key(2), false)]);

        Assert.False(people[Key(1)].Holds(Stated(1, 7)));
        Assert.True(people[Key(1)].Holds(Stated(1, 8)));
        Assert.True(people[Key(2)].Holds(Stated(1, 7)));
        Assert.False(people[Key(2)].Holds(Stated(1, 8)));
        Assert.Equal(PersonFold.Ok, PersonFold.Of(people[Key(1)], [Stated(1, 8)]).State);
    }

    [Fact]
    public void A_rename_that_was_explained_contests_nothing()
    {
        var person = PersonKeys.Of([Key(1)], [new Alias(Key(9), Key(1), Name(7), Key(1), false)])[Key(1)];

        Assert.All([Stated(1, 7), Stated(1, 8)], statement => Assert.True(person.Holds(statement)));
        Assert.Equal(PersonFold.Ok, PersonFold.Of(person, [Stated(1, 7), Stated(1, 8)]).State);
        Assert.Equal(PersonFold.Conflict, PersonFold.Of(person, [Stated(1, 8), Stated(1, 9)]).State);
    }

    [Fact]
    public void A_conflict_of_any_key_holds_them_all()
    {
        var person = PersonKeys.Of([Key(1)], [Into(1, 2)])[Key(1)];

        Assert.Equal(PersonFold.Ok, PersonFold.Of(person, [Stated(1, 7), Stated(2, 8)]).State);
        Assert.Equal(PersonFold.Conflict, PersonFold.Of(person, [Stated(1, 7), Stated(1, 8), Stated(2, 8)]).State);
    }

    [Fact]
    public void Whoever_has_no_number_is_held_until_joined_to_one_who_has()
    {
        var alone = PersonKeys.Of([Key(1)], [])[Key(1)];
        var joined = PersonKeys.Of([Key(1)], [Into(1, 2)])[Key(1)];
        var without = Stated(1, 7) with { Rule = MatchRule.Provisional };

        Assert.Equal(PersonFold.Provisional, PersonFold.Of(alone, [without]).State);
        Assert.Equal(PersonFold.Ok, PersonFold.Of(joined, [without, Stated(2, 7)]).State);
        Assert.Equal(PersonFold.Ok, PersonFold.Of(joined, [Stated(1, 7) with { Rule = MatchRule.DerivedId }]).State);
    }

    [Fact]
    public void The_order_of_aliases_changes_nothing_and_no_ring_hangs() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9]).Array[0, 9].Sample(pairs =>
        {
            var aliases = pairs.Where(pair => pair.Item1 != pair.Item2).DistinctBy(pair => pair.Item1)
                .Select(pair => Into(pair.Item1, pair.Item2)).ToList();
            Guid[] asked = [.. Enumerable.Range(1, 9).Select(Key)];
            var straight = PersonKeys.Of(asked, aliases);
            aliases.Reverse();
            var reversed = PersonKeys.Of(asked, aliases);
            return asked.All(key => straight[key].PersonKey == reversed[key].PersonKey && straight[key].Keys.SequenceEqual(reversed[key].Keys));
        });

    private static Alias Into(int key, int into) => new(Key(key), Key(key), null, Key(into), false);

    private static PersonStatement Stated(int person, int name) => new(Key(person), Key((person * 100) + name), Name(name), null, false, name);

    private static Guid Key(int number) => new(number, 0, 0, new byte[8]);

    private static Guid Name(int number) => new(number, 0, 0, [9, 0, 0, 0, 0, 0, 0, 0]);
}
