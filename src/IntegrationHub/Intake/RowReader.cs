namespace IntegrationHub.Intake;

/// <summary>Reads the rows of one file by its shape: keys of all of them, cells of the few that changed.</summary>
internal abstract class RowReader
{
    /// <summary>Writes the key fields, joined, and returns their length; 0 when the row does not have them.</summary>
    public abstract int WriteKey(ReadOnlySpan<byte> row, Span<byte> key);

    /// <summary>The cells of each row of a batch, in order. One batch at a time: the answer is used again.</summary>
    public abstract RowCells Read(RowBatch batch);

    public static RowReader For(FileShape shape) => shape.Format switch
    {
        RowFormat.Csv => new CsvRowReader(shape),
        RowFormat.JsonLines => new JsonRowReader(shape.Layout),
        _ => throw new InvalidOperationException($"Unknown row format {shape.Format}."),
    };
}
