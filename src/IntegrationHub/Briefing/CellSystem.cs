namespace IntegrationHub.Briefing;

/// <summary>
/// Counts of people that are passed round together, and which of them must be withheld (R18): every count below the
/// limit, and as many others as it takes so that no small one can be computed from what is shown. All sums between the
/// counts of all tables are entered, so that one table cannot give away another.
/// </summary>
public sealed class CellSystem(int smallest)
{
    // Arithmetic in this field tells exactly which withheld counts the sums determine.
    private const long Prime = (1L << 31) - 1;

    private readonly List<long> _values = [];
    private readonly List<bool> _hidden = [];
    private readonly List<Sum> _sums = [];

    /// <summary>Enters a count and returns its number.</summary>
    public int Add(long value)
    {
        _values.Add(value);
        _hidden.Add(value > 0 && value < smallest);
        return _values.Count - 1;
    }

    /// <summary>Says that one count is the sum of others.</summary>
    public void IsSum(int total, IReadOnlyList<int> parts) =>
        _sums.Add(new Sum([(total, -1), .. parts.Select(part => (part, 1L))]));

    /// <summary>Says that two groups of counts have the same sum.</summary>
    public void AreEqual(IReadOnlyList<int> left, IReadOnlyList<int> right) =>
        _sums.Add(new Sum([.. left.Select(cell => (cell, -1L)), .. right.Select(cell => (cell, 1L))]));

    public bool IsShown(int cell) => !_hidden[cell];

    public long Value(int cell) => _values[cell];

    /// <summary>Withholds what must be, and no cell twice; it ends because every round withholds one more.</summary>
    public void Close()
    {
        while (FirstWeak() is { } weak && Choose(weak) is { } more)
            _hidden[more] = true;
    }

    // A sum that tells its only withheld count, or a number of people below the limit; entered or derived.
    private Sum? FirstWeak() =>
        _sums.Find(IsWeak) is { Terms: not null } direct ? direct : Derived().Select(row => (Sum?)row).FirstOrDefault(row => IsWeak(row!.Value));

    private bool IsWeak(Sum sum)
    {
        var hidden = sum.Terms.Where(term => _hidden[term.Cell]).ToList();
        if (hidden.Count == 0 || hidden.All(term => _values[term.Cell] == 0))
            return false;
        if (hidden.Count == 1)
            return true;
        // With one sign it is a count of people; with both it is a difference of two such counts and counts nobody.
        var known = Math.Abs(hidden.Sum(term => term.Sign * _values[term.Cell]));
        return hidden.All(term => term.Sign == hidden[0].Sign) && known > 0 && known < smallest;
    }

    // The smallest count that is still shown costs the reader least; a zero tells most, and goes last.
    private int? Choose(Sum weak)
    {
        var hidden = weak.Terms.Where(term => _hidden[term.Cell]).Select(term => term.Cell).ToHashSet();
        var near = weak.Terms.Concat(_sums.Where(sum => sum.Terms.Any(term => hidden.Contains(term.Cell))).SelectMany(sum => sum.Terms));
        return First(weak.Terms) ?? First(near);

        int? First(IEnumerable<(int Cell, long Sign)> terms) => terms
            .Where(term => !_hidden[term.Cell])
            .OrderBy(term => _values[term.Cell] == 0).ThenBy(term => term.Sign < 0).ThenBy(term => _values[term.Cell]).ThenBy(term => term.Cell)
            .Select(term => (int?)term.Cell).FirstOrDefault();
    }

    // Everything that follows from the sums about the withheld counts, reduced as far as it goes.
    private List<Sum> Derived()
    {
        var columns = Enumerable.Range(0, _values.Count).Where(cell => _hidden[cell]).ToList();
        var at = columns.Select((cell, i) => (cell, i)).ToDictionary(pair => pair.cell, pair => pair.i);
        var rows = _sums.Where(sum => sum.Terms.Any(term => _hidden[term.Cell])).Select(sum =>
        {
            var row = new long[columns.Count];
            foreach (var (cell, sign) in sum.Terms.Where(term => _hidden[term.Cell]))
                row[at[cell]] = (row[at[cell]] + sign + Prime) % Prime;
            return row;
        }).ToList();
        var done = 0;
        for (var column = 0; column < columns.Count && done < rows.Count; column++)
        {
            var pivot = rows.FindIndex(done, row => row[column] != 0);
            if (pivot < 0)
                continue;
            (rows[done], rows[pivot]) = (rows[pivot], rows[done]);
            var inverse = Power(rows[done][column], Prime - 2);
            for (var i = 0; i < columns.Count; i++)
                rows[done][i] = rows[done][i] * inverse % Prime;
            foreach (var other in rows.Where((row, i) => i != done && row[column] != 0))
            {
                var factor = other[column];
                for (var i = 0; i < columns.Count; i++)
                    other[i] = (other[i] + (Prime - factor) * rows[done][i]) % Prime;
            }

            done++;
        }

        return
        [
            .. rows.Take(done).Select(row => new Sum(
            [
                .. columns.Select((cell, i) => (cell, row[i] > Prime / 2 ? row[i] - Prime : row[i])).Where(term => term.Item2 != 0),
            ])),
        ];
    }

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        for (; exponent > 0; exponent >>= 1, value = value * value % Prime)
        {
            if ((exponent & 1) == 1)
                result = result * value % Prime;
        }

        return result;
    }

    // Terms that add up to nothing.
    private readonly record struct Sum(List<(int Cell, long Sign)> Terms);
}
