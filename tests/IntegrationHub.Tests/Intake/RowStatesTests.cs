using CsCheck;
using IntegrationHub.Intake;

namespace IntegrationHub.Tests.Intake;

public sealed class RowStatesTests
{
    [Fact]
    public void A_row_is_told_from_its_past()
    {
        var states = new RowStates(10);
        states.Add(new RowEntry(1, 11, 0), ofThisFile: false);
        states.Add(new RowEntry(2, 22, 1), ofThisFile: false);
        states.Add(new RowEntry(3, 33, 0), ofThisFile: true);
        states.Add(new RowEntry(4, 44, 0), ofThisFile: false);

        Assert.Equal(RowChange.Unchanged, states.See(1, 11, out _));
        Assert.Equal(RowChange.Changed, states.See(2, 23, out var wasMissing));
        Assert.True(wasMissing);
        Assert.Equal(RowChange.AlreadyLanded, states.See(3, 33, out _));
        Assert.Equal(RowChange.New, states.See(5, 55, out _));
        Assert.Equal(RowChange.Duplicate, states.See(5, 55, out _));
        Assert.Equal([new RowEntry(4, 44, 0)], states.Unseen());
        Assert.Equal([1, 2, 3, 4, 5], states.All().Select(row => (int)row.Key).Order());
    }

    [Fact]
    public void A_row_that_is_gone_is_new_when_it_comes_back()
    {
        var states = new RowStates(10);
        states.Add(new RowEntry(1, 11, RowEntry.Gone), ofThisFile: false);

        Assert.Empty(states.Unseen());
        Assert.Empty(states.All());
        Assert.Equal(RowChange.New, states.See(1, 11, out _));
        Assert.Equal([new RowEntry(1, 11, 0)], states.All());
    }

    [Fact]
    public void A_later_word_about_a_row_replaces_an_earlier_one()
    {
        var states = new RowStates(10);
        states.Add(new RowEntry(1, 11, 0), ofThisFile: false);
        states.Add(new RowEntry(1, 12, 1), ofThisFile: false);

        Assert.Equal(RowChange.Unchanged, states.See(1, 12, out var wasMissing));
        Assert.True(wasMissing);
        Assert.Equal(1, states.Count);
    }

    [Fact]
    public void It_agrees_with_a_dictionary_however_many_rows_collide() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 3]).Array[0, 300].Sample(rows =>
        {
            var states = new RowStates(0);
            var seen = new Dictionary<int, int>();
            return rows.All(row => states.See((UInt128)row.Item1, (UInt128)row.Item2, out _)
                == (seen.TryAdd(row.Item1, row.Item2) ? RowChange.New : RowChange.Duplicate))
                && states.Count == seen.Count;
        });

    [Fact]
    public void It_grows_past_what_was_expected()
    {
        var states = new RowStates(0);

        for (var i = 0; i < 20_000; i++)
            Assert.Equal(RowChange.New, states.See((UInt128)i, 1, out _));

        Assert.Equal(20_000, states.Count);
        Assert.Equal(RowChange.Duplicate, states.See(19_999, 1, out _));
    }
}
