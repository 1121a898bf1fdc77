namespace Mocks.ProvincialPlatform.Admin;

/// <summary>What is wrong with the province at the moment.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private FaultSettings _settings = FaultSettings.None;

    public FaultSettings Settings
    {
        get
        {
            lock (_lock)
                return _settings;
        }

        set
        {
            lock (_lock)
                _settings = value;
        }
    }

    /// <summary>What a call to the API meets: a delay, and a status instead of an answer.</summary>
    public (int DelayMs, int? Status, int RetryAfterSeconds) MeetCall()
    {
        lock (_lock)
        {
            var met = _settings;
            int? status = null;
            if (met.Status500 > 0)
            {
                status = StatusCodes.Status500InternalServerError;
                _settings = met with { Status500 = met.Status500 - 1 };
            }
            else if (met.Status429 > 0)
            {
                status = StatusCodes.Status429TooManyRequests;
                _settings = met with { Status429 = met.Status429 - 1 };
            }

            return (met.DelayMs, status, met.RetryAfterSeconds);
        }
    }

    /// <summary>The faults for the files now being written; the next day has none unless they are set again.</summary>
    public FaultSettings TakeFileFaults()
    {
        lock (_lock)
        {
            var taken = _settings;
            _settings = new FaultSettings
            {
                DelayMs = taken.DelayMs,
                Status500 = taken.Status500,
                Status429 = taken.Status429,
                RetryAfterSeconds = taken.RetryAfterSeconds,
            };
            return taken;
        }
    }
}
