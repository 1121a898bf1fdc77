namespace IntegrationHub.Policy;

/// <summary>One test of one value. Total: a value of another kind than the test is about does not pass.</summary>
public abstract record FactTest
{
    private FactTest()
    {
    }

    public abstract bool Passes(FactValue value, DateOnly today, PolicyPack pack);

    /// <summary>True if the test can be put to a fact of this kind.</summary>
    public abstract bool Suits(FactKind kind);

    /// <summary><c>is</c> and <c>in</c>: one of the codes is among these.</summary>
    public sealed record OneOf(IReadOnlyList<string> Codes) : FactTest
    {
        public override bool Passes(FactValue value, DateOnly today, PolicyPack pack) =>
            value is FactValue.Codes codes && codes.Values.Any(code => Codes.Contains(code, StringComparer.Ordinal));

        public override bool Suits(FactKind kind) => kind == FactKind.Code;
    }

    /// <summary><c>between</c>, <c>atLeast</c>, <c>atMost</c>: both ends are inside.</summary>
    public sealed record Between(decimal? Least, decimal? Most) : FactTest
    {
        public override bool Passes(FactValue value, DateOnly today, PolicyPack pack) =>
            value is FactValue.Number number && !(number.Value < Least) && !(number.Value > Most);

        public override bool Suits(FactKind kind) => kind == FactKind.Number;
    }

    /// <summary><c>present</c>: it is known, whatever it is.</summary>
    public sealed record Present : FactTest
    {
        public override bool Passes(FactValue value, DateOnly today, PolicyPack pack) => true;

        public override bool Suits(FactKind kind) => true;
    }

    /// <summary><c>withinMonths</c>: the day lies at most so many months back, that very day excluded.</summary>
    public sealed record WithinMonths(int Months) : FactTest
    {
        public override bool Passes(FactValue value, DateOnly today, PolicyPack pack) =>
            value is FactValue.Day day
            && new DayWindow { WindowMonths = Months, LowerBound = DayWindow.Exclusive }.Contains(day.Value, today);

        public override bool Suits(FactKind kind) => kind == FactKind.Day;
    }

    /// <summary><c>within</c>: the day lies in a window the pack names (R08).</summary>
    public sealed record Within(string Window) : FactTest
    {
        public override bool Passes(FactValue value, DateOnly today, PolicyPack pack) =>
            value is FactValue.Day day && pack.WindowOf(Window) is { } window && window.Contains(day.Value, today);

        public override bool Suits(FactKind kind) => kind == FactKind.Day;
    }
}
