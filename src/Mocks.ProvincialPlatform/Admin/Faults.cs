namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Faults of the files of the next day; a file is named like <c>CY_410423</c>.</summary>
internal sealed record FileFaults
{
    public static readonly FileFaults None = new();

    /// <summary>Cut off after five eighths, with the manifest of the whole.</summary>
    public string? TornFile { get; init; }

    public string? MissingManifest { get; init; }

    public string? WrongDigest { get; init; }

    public string? WrongCount { get; init; }

    /// <summary>The files of the day before come once more, after those of the day.</summary>
    public bool SendAgain { get; init; }
}

/// <summary>The faults as an administrator reads and sets them.</summary>
internal sealed record FaultSettings
{
    public int DelayMs { get; init; }

    /// <summary>So many of the next calls are answered with 500.</summary>
    public int Status500 { get; init; }

    /// <summary>So many of the calls after that are answered with 429.</summary>
    public int Status429 { get; init; }

    public int RetryAfterSeconds { get; init; }

    public string? TornFile { get; init; }

    public string? MissingManifest { get; init; }

    public string? WrongDigest { get; init; }

    public string? WrongCount { get; init; }

    public bool SendAgain { get; init; }
}

/// <summary>What is wrong with the province at the moment.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private FaultSettings _settings = new();

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

    /// <summary>The faults of the day now being written; the next one has none unless they are set again.</summary>
    public FileFaults TakeFileFaults()
    {
        lock (_lock)
        {
            var taken = new FileFaults
            {
                TornFile = _settings.TornFile,
                MissingManifest = _settings.MissingManifest,
                WrongDigest = _settings.WrongDigest,
                WrongCount = _settings.WrongCount,
                SendAgain = _settings.SendAgain,
            };
            _settings = _settings with
            {
                TornFile = null,
                MissingManifest = null,
                WrongDigest = null,
                WrongCount = null,
                SendAgain = false,
            };
            return taken;
        }
    }
}
