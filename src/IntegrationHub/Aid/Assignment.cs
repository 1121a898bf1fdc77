namespace IntegrationHub.Aid;

/// <summary>
/// Gives rows to columns one to one so that the worth of all pairs together is greatest (the Hungarian method, by
/// shortest augmenting paths). A worth of 0 is no pair. The same matrix always gives the same pairs.
/// </summary>
public static class Assignment
{
    public static IReadOnlyList<(int Row, int Column)> Best(long[,] worth)
    {
        // A square of costs: what is not there costs as much as no pair.
        var (rows, columns) = (worth.GetLength(0), worth.GetLength(1));
        var size = Math.Max(rows, columns);
        long Cost(int row, int column) => row < rows && column < columns ? -worth[row, column] : 0;

        // Rows and columns count from 1; 0 stands for the one that is being placed.
        var ofRow = new long[size + 1];
        var ofColumn = new long[size + 1];
        var rowOf = new int[size + 1];
        for (var row = 1; row <= size; row++)
            Place(row, size, Cost, ofRow, ofColumn, rowOf);

        return
        [
            .. from column in Enumerable.Range(1, size)
               let row = rowOf[column]
               where row <= rows && column <= columns && worth[row - 1, column - 1] > 0
               orderby row
               select (row - 1, column - 1),
        ];
    }

    private static void Place(int row, int size, Func<int, int, long> cost, long[] ofRow, long[] ofColumn, int[] rowOf)
    {
        var slack = Enumerable.Repeat(long.MaxValue, size + 1).ToArray();
        var cameFrom = new int[size + 1];
        var seen = new bool[size + 1];
        rowOf[0] = row;
        var column = 0;
        do
        {
            seen[column] = true;
            var (current, nearest, next) = (rowOf[column], long.MaxValue, 0);
            for (var other = 1; other <= size; other++)
            {
                if (seen[other])
                    continue;
                var reduced = cost(current - 1, other - 1) - ofRow[current] - ofColumn[other];
                if (reduced < slack[other])
                    (slack[other], cameFrom[other]) = (reduced, column);
                if (slack[other] < nearest)
                    (nearest, next) = (slack[other], other);
            }

            for (var other = 0; other <= size; other++)
            {
                if (seen[other])
                {
                    ofRow[rowOf[other]] += nearest;
                    ofColumn[other] -= nearest;
                }
                else if (other > 0)
                {
                    slack[other] -= nearest;
                }
            }

            column = next;
        }
        while (rowOf[column] != 0);

        while (column != 0)
        {
            rowOf[column] = rowOf[cameFrom[column]];
            column = cameFrom[column];
        }
    }
}
