using System.Globalization;
using IntegrationHub.Contracts;

namespace IntegrationHub.Clock;

/// <summary>
/// The clock of a trial: real time plus an offset kept in one file, so that worker, web and command line of one machine
/// live the same night and a month of nights fits in minutes. Timers stay real. Without the file there is no trial.
/// </summary>
public sealed class TrialClock(string file) : TimeProvider
{
    private const long ReadEveryMilliseconds = 50;
    private TimeSpan _offset;
    private long _readAt = long.MinValue;

    public override DateTimeOffset GetUtcNow()
    {
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref _readAt) > ReadEveryMilliseconds || _readAt == long.MinValue)
        {
            _offset = ReadOffset();
            Volatile.Write(ref _readAt, now);
        }

        return System.GetUtcNow() + _offset;
    }

    /// <summary>Makes it this instant now, for every process that reads the file.</summary>
    public void SetNow(DateTimeOffset instant)
    {
        var offset = instant.ToUniversalTime() - System.GetUtcNow();
        var written = $"{file}.{Environment.ProcessId}";
        File.WriteAllText(written, offset.Ticks.ToString(CultureInfo.InvariantCulture));
        File.Move(written, file, overwrite: true); // atomic: a reader sees the old offset or the new one
        Volatile.Write(ref _readAt, long.MinValue);
    }

    /// <summary>Refuses where trials are not configured, so that no real night can be lived at a wrong hour.</summary>
    public static TrialClock Require(TimeProvider time) => time as TrialClock ?? throw new HubProblemException(
        "trial.not_allowed", "--as-of moves the clock, and this installation is not a trial.",
        "Leave --as-of away, or set Hub:Trial:ClockFile on a test installation.");

    private TimeSpan ReadOffset()
    {
        try
        {
            return long.TryParse(File.ReadAllText(file), NumberStyles.Integer, CultureInfo.InvariantCulture, out var ticks)
                ? TimeSpan.FromTicks(ticks)
                : TimeSpan.Zero;
        }
        catch (FileNotFoundException)
        {
            return TimeSpan.Zero;
        }
    }
}
