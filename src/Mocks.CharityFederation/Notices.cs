using System.Threading.Channels;

namespace Mocks.CharityFederation;

/// <summary>What a notice wants of an organisation.</summary>
internal enum NoticeKind
{
    Recall,
    Correction,
}

/// <summary>A recall or correction an organisation was sent.</summary>
internal sealed record Notice(NoticeKind Kind, string Uscc, string Id, string ReferralId);

/// <summary>The notices that wait to be acted on and acknowledged.</summary>
internal sealed class Notices
{
    private readonly Channel<Notice> _queue = Channel.CreateUnbounded<Notice>();
    private int _pending;

    public bool IsIdle => Volatile.Read(ref _pending) == 0;

    public void Add(Notice notice)
    {
        Interlocked.Increment(ref _pending);
        _queue.Writer.TryWrite(notice); // an unbounded queue always takes it
    }

    public void Done() => Interlocked.Decrement(ref _pending);

    public IAsyncEnumerable<Notice> Work(CancellationToken cancellationToken) =>
        _queue.Reader.ReadAllAsync(cancellationToken);
}
