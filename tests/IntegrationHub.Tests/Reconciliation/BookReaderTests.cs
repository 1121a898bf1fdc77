using IntegrationHub.Contracts;
using IntegrationHub.Reconciliation;
using Microsoft.Extensions.Time.Testing;

namespace IntegrationHub.Tests.Reconciliation;

public sealed class BookReaderTests
{
    private readonly FakeTimeProvider _time = new(Books.Morning);

    [Fact]
    public async Task A_book_that_a_line_was_entered_in_between_is_read_again()
    {
        var book = new ChangingBook { Counts = [1, 2] };

        var answer = Assert.IsType<BookAnswer.Read>(await Read(book));

        Assert.Equal(2, book.Readings);
        Assert.Equal(new BookTotals(2, 0), answer.Book.Totals);
        Assert.Equal(2, answer.Book.Hashes.Count);
        Assert.Equal(Books.Morning.AddMinutes(1), answer.Book.ReadAt);
    }

    [Fact]
    public async Task A_book_that_never_fits_is_taken_as_it_is()
    {
        var book = new ChangingBook { Counts = [7, 7, 7, 7] };

        var answer = Assert.IsType<BookAnswer.Read>(await Read(book));

        Assert.Equal(3, book.Readings);
        Assert.Equal(7, answer.Book.Totals?.Count);
    }

    [Fact]
    public async Task A_book_without_totals_is_read_once()
    {
        var book = new ChangingBook();

        Assert.Null(Assert.IsType<BookAnswer.Read>(await Read(book)).Book.Totals);
        Assert.Equal(1, book.Readings);
    }

    [Fact]
    public async Task A_partner_that_does_not_answer_is_an_answer_too() =>
        Assert.Equal(
            new BookAnswer.Unreadable("charity", "partner.unreachable"), await Read(new ChangingBook { IsAway = true }));

    private Task<BookAnswer> Read(ChangingBook book)
    {
        book.Time = _time;
        return BookReader.Read(book, null, _time, TestContext.Current.CancellationToken);
    }

    /// <summary>States another count each time, always lists two lines, and takes half a minute for each of the two.</summary>
    private sealed class ChangingBook : IPartnerBook
    {
        public long[] Counts { get; init; } = [];

        public bool IsAway { get; init; }

        public int Readings { get; private set; }

        public FakeTimeProvider? Time { get; set; }

        public string Source => "charity";

        public BookRole Role => BookRole.Giver;

        public Task<IReadOnlyDictionary<string, string>> AidHashes(CancellationToken cancellationToken)
        {
            Pass();
            return Task.FromResult<IReadOnlyDictionary<string, string>>(
                new Dictionary<string, string> { ["A-1"] = "one", ["A-2"] = "two" });
        }

        public Task<BookTotals?> Totals(CancellationToken cancellationToken)
        {
            Pass();
            Readings++;
            if (IsAway)
                throw new HubProblemException("partner.unreachable", "It does not answer.", "Try later.");
            return Task.FromResult(Counts.Length == 0 ? null : new BookTotals(Counts[Readings - 1], 0));
        }

        private void Pass() => Time?.Advance(TimeSpan.FromSeconds(30));
    }
}
