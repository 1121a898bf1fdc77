using System.Globalization;
using Microsoft.Extensions.Options;
using Mocks.ProvincialPlatform.Admin;
using Mocks.ProvincialPlatform.Files;

namespace Mocks.ProvincialPlatform.Days;

/// <summary>Lets a day pass and drops its files.</summary>
internal sealed partial class DayBook(
    Province province, DropFolder folder, Faults faults, IOptions<ProvinceOptions> options, ILogger<DayBook> logger)
{
    /// <summary>Null when the date is not later than today.</summary>
    public async Task<DayOutcome?> Write(DateOnly date, CancellationToken cancellation)
    {
        await province.Gate.WaitAsync(cancellation);
        try
        {
            if (date <= province.Today)
                return null;
            var fileFaults = faults.TakeFileFaults();
            var again = fileFaults.SendAgain && province.Today is not null;
            if (again)
                await folder.SetAside(Files(), province.Today!.Value, province.Sequence, cancellation);
            province.Advance(date);
            var outcome = await DropAll(date, fileFaults, cancellation);
            if (again)
                folder.Show();
            LogWritten(date, province.Sequence, outcome.Files.Count, outcome.Files.Sum(file => (long)file.Rows));
            return outcome;
        }
        finally
        {
            province.Gate.Release();
        }
    }

    private IEnumerable<IRows> Files() => province.Rows.Where(rows => options.Value.IsFile(rows.Type.Code));

    private async Task<DayOutcome> DropAll(DateOnly date, FaultSettings fileFaults, CancellationToken cancellation)
    {
        IRows[] files = [.. Files()];
        IRows[] served = [.. province.Rows.Except(files)];
        var dropped = new FileOutcome[files.Length];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellation,
        };
        await Parallel.ForAsync(0, files.Length, parallel, async (i, token) =>
            dropped[i] = await folder.Drop(files[i], date, province.Sequence, fileFaults, token));
        List<FileOutcome> counted = [];
        foreach (var rows in served)
        {
            var name = $"{rows.Type.Code}_{rows.County.Division}";
            counted.Add(await new RowSweep(rows).Write(name, Stream.Null, new Sha256(), cancellation));
        }

        return new DayOutcome(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), dropped, counted);
    }

    [LoggerMessage(LogLevel.Information, "Wrote {Date:yyyy-MM-dd} (day {Sequence}): {Files} files, {Rows} rows.")]
    private partial void LogWritten(DateOnly date, int sequence, int files, long rows);
}
