namespace Mocks.CharityFederation;

/// <summary>The date written into aid records: the one set by the admin door, else today in China.</summary>
internal sealed class Calendar(TimeProvider time)
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);
    private readonly Lock _gate = new();
    private DateOnly? _set;

    public DateOnly Date
    {
        get { lock (_gate) return _set ?? DateOnly.FromDateTime(time.GetUtcNow().ToOffset(China).Date); }
        set { lock (_gate) _set = value; }
    }
}
