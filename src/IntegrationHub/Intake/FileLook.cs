namespace IntegrationHub.Intake;

/// <summary>What one pass over a file's bytes shows before any row is believed: its shape and how many rows it has.</summary>
internal sealed record FileLook
{
    /// <summary>Null when no layout reads the file.</summary>
    public FileShape? Shape { get; init; }

    /// <summary>Why no layout reads it, as a problem code.</summary>
    public string? Unfit { get; init; }

    /// <summary>More about that for people: names of the layout's columns, never anything from the file.</summary>
    public string? Detail { get; init; }

    /// <summary>Rows of data.</summary>
    public long Rows { get; init; }
    public long Totals { get; init; }
    public long Blanks { get; init; }

    public long OtherRows => Totals + Blanks;

    /// <summary>Looks at a file; its original bytes are opened twice.</summary>
    public static FileLook At(Func<Stream> open, RowFormat format, IReadOnlyList<SnapshotLayout> layouts)
    {
        ShapeVerdict verdict;
        using (var content = open())
            verdict = ShapeFinder.Find(content, format, layouts);
        return verdict switch
        {
            ShapeVerdict.Fits fits => Count(open, fits.Shape) with { Shape = fits.Shape },
            ShapeVerdict.Unfit { Closest: { } closest } unfit =>
                Count(open, closest) with { Unfit = unfit.Code, Detail = unfit.Detail },
            ShapeVerdict.Unfit unfit => new FileLook { Unfit = unfit.Code, Detail = unfit.Detail, Rows = Lines(open) },
            _ => throw new InvalidOperationException($"Unknown verdict {verdict.GetType().Name}."),
        };
    }

    private static FileLook Count(Func<Stream> open, FileShape shape)
    {
        using var content = open();
        var rows = new DataRows(content, shape);
        while (rows.Fill())
        {
            while (rows.TryNext(out _))
            {
            }
        }

        return new FileLook { Rows = rows.Number, Totals = rows.Totals, Blanks = rows.Blanks };
    }

    // Without a shape a line is the best guess at a row, and the first is the header.
    private static long Lines(Func<Stream> open)
    {
        using var content = open();
        var splitter = new RowSplitter(content, (byte)',');
        long lines = 0;
        while (splitter.Fill())
        {
            while (splitter.TryNext(out _))
                lines++;
        }

        return Math.Max(0, lines - 1);
    }
}
