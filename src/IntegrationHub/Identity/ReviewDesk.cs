using System.Text.Json;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Messages;
using IntegrationHub.Database;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;

namespace IntegrationHub.Identity;

/// <summary>Who decides, why, and where they chose, which key is to remain.</summary>
public sealed record ReviewOrder(Guid ReviewId, string By, string Reason)
{
    public Guid? Keep { get; init; }
}

/// <summary>One side of a review with masked values.</summary>
public sealed record ReviewedPerson(
    Guid Key, string Name, string IdNo, string IdStanding, string Sex, string BornOn, IReadOnlyList<string> Divisions,
    int Households);

/// <summary>A review as an official sees it.</summary>
public sealed record ReviewSheet(Review Review, ReviewedPerson? One, ReviewedPerson? Other, Guid? KeptKey);

/// <summary>
/// Where people decide about pairs: merge by two of them (R49), reject, and take a merge back. A merge is an alias and
/// nothing else, so that taking it back leaves exactly what was there.
/// </summary>
public sealed class ReviewDesk(HubDatabase database, MessageOutbox outbox, Keyring keyring, TimeProvider time)
{
    private readonly ProfileReader _reader = new(keyring);

    /// <summary>The reviews in a state, the likeliest first.</summary>
    public async Task<IReadOnlyList<Review>> List(
        string? state, string? kind, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await ReviewStore.List(work, state, kind, limit, cancellationToken);
    }

    /// <summary>How many reviews there are in each state and of each kind.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Counts(CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await ReviewStore.Counts(work, cancellationToken);
    }

    /// <summary>What the counties' civil affairs must settle, of one county or of all.</summary>
    public async Task<IReadOnlyList<IdentityCase>> Cases(string? county, int limit, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        return await ReviewStore.Cases(work, county, limit, cancellationToken);
    }

    /// <summary>One review with the masked values of its two sides.</summary>
    /// <exception cref="HubProblemException">There is none (<c>review.not_found</c>).</exception>
    public async Task<ReviewSheet> Show(Guid reviewId, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var review = (await ReviewStore.Find(work, [reviewId], cancellationToken)).GetValueOrDefault(reviewId) ?? throw NotFound();
        var profiles = await _reader.Read(work, [review.One.PersonKey, review.Other.PersonKey], cancellationToken);
        var alias = await AliasStore.OfReview(work, reviewId, cancellationToken);
        return new ReviewSheet(review, PersonOf(review.One, profiles), PersonOf(review.Other, profiles), alias?.IntoKey);
    }

    /// <summary>Proposes a merge, or approves what another has proposed.</summary>
    /// <exception cref="HubProblemException"><c>review.same_person</c>, <c>review.not_open</c> and others.</exception>
    public async Task<Review> Merge(ReviewOrder order, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await LinkageStore.Lock(work, cancellationToken);
        var review = await ReviewStore.Lock(work, order.ReviewId, cancellationToken) ?? throw NotFound();
        var decided = review.State switch
        {
            Review.Open => Propose(review, order),
            Review.Proposed => await Approve(work, review, order, cancellationToken),
            _ => throw NotOpen(review),
        };
        await ReviewStore.Decide(work, decided, cancellationToken);
        if (decided.State == Review.Merged)
            await Tell(work, decided, isMerged: true, cancellationToken);
        await Note(work, decided, decided.State == Review.Merged ? "identity.merged" : "identity.merge_proposed", order, cancellationToken);
        await work.Commit(cancellationToken);
        return decided;
    }

    /// <summary>The two are two people. The pair is not asked again while what was compared stays as it is.</summary>
    public async Task<Review> Reject(ReviewOrder order, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var review = await ReviewStore.Lock(work, order.ReviewId, cancellationToken) ?? throw NotFound();
        if (review.State is not (Review.Open or Review.Proposed))
            throw NotOpen(review);
        var decided = Decided(review, Review.Rejected, order);
        await ReviewStore.Decide(work, decided, cancellationToken);
        await Note(work, decided, "identity.rejected", order, cancellationToken);
        await work.Commit(cancellationToken);
        return decided;
    }

    /// <summary>
    /// Takes a merge back, made by people or by the hub itself: the pair counts as rejected, everything else is as it was.
    /// </summary>
    public async Task<Review> Unmerge(ReviewOrder order, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        await LinkageStore.Lock(work, cancellationToken);
        var alias = await AliasStore.OfReview(work, order.ReviewId, cancellationToken) ?? throw new HubProblemException(
            "review.not_merged", $"Nothing is merged by review {order.ReviewId}.", "See hub review show.");
        await AliasStore.Undo(work, alias.AliasKey, order.By, order.Reason, time.GetUtcNow(), cancellationToken);
        var review = await ReviewStore.Lock(work, order.ReviewId, cancellationToken)
            ?? await OpenFor(work, alias, order.ReviewId, cancellationToken);
        var decided = Decided(review, Review.Rejected, order);
        await ReviewStore.Decide(work, decided, cancellationToken);
        await Tell(work, decided with { KeepKey = alias.IntoKey }, isMerged: false, cancellationToken);
        await Note(work, decided, "identity.unmerged", order, cancellationToken);
        await work.Commit(cancellationToken);
        return decided;
    }

    private static Review Propose(Review review, ReviewOrder order)
    {
        if (order.Keep is { } keep && keep != review.One.Key && keep != review.Other.Key)
            throw new HubProblemException(
                "review.keep_unknown", $"{keep} is not one of the two of review {review.ReviewId}.", "Choose one of its two keys.");
        return review with { State = Review.Proposed, ProposedBy = order.By, KeepKey = order.Keep, Reason = order.Reason };
    }

    private async Task<Review> Approve(
        HubTransaction work, Review review, ReviewOrder order, CancellationToken cancellationToken)
    {
        if (review.ProposedBy == order.By)
            throw new HubProblemException(
                "review.same_person", "A merge is approved by another than who proposed it.", "Ask a colleague to approve it.");
        var (gone, kept) = await Sides(work, review, cancellationToken);
        var now = time.GetUtcNow();
        var row = new AliasRow
        {
            Alias = new Alias(gone.Key, gone.PersonKey, gone.NameIndex, kept, Automatic: false),
            Reason = ReasonOf(review.Kind),
            ReviewId = review.ReviewId,
            Score = review.Score,
            Explanation = review.Explanation,
            RuleVersion = review.RuleVersion,
            ProposedBy = review.ProposedBy!, // a proposed review has who proposed it
            ApprovedBy = order.By,
        };
        if ((await AliasStore.Add(work, [row], now, cancellationToken)).Count == 0)
            throw NotOpen(review);
        return Decided(review, Review.Merged, order) with { KeepKey = kept };
    }

    // Whose key goes and which stays. What already means another person joins as that person.
    private async Task<(ReviewSide Gone, Guid Kept)> Sides(
        HubTransaction work, Review review, CancellationToken cancellationToken)
    {
        if (review.One.PersonKey == review.Other.PersonKey)
            return (review.KeepKey == review.Other.Key ? review.One : review.Other, review.One.PersonKey);

        var profiles = await _reader.Read(work, [review.One.PersonKey, review.Other.PersonKey], cancellationToken);
        var keepOne = review.KeepKey is { } keep
            ? keep == review.One.Key
            : MergeDirection.KeepsFirst(ProfileOf(review.One, profiles), ProfileOf(review.Other, profiles));
        var (kept, gone) = keepOne ? (review.One, review.Other) : (review.Other, review.One);
        if (kept.NameIndex is not null)
            (kept, gone) = gone.NameIndex is null ? (gone, kept) : throw new HubProblemException(
                "review.contested", "Both numbers are claimed by several names.", "Settle the reviews of one of the numbers first.");
        var persons = await PersonBook.KeysOf(work, [kept.Key, gone.Key], cancellationToken);
        var into = persons[kept.Key].PersonKey;
        var from = gone.NameIndex is null ? persons[gone.Key].PersonKey : gone.Key;
        if (into == from)
            throw NotOpen(review);
        return (gone.NameIndex is null ? new ReviewSide(from, from, null) : gone, into);
    }

    // The hub linked these two without asking: the answer is kept as a review that was rejected.
    private async Task<Review> OpenFor(
        HubTransaction work, Alias alias, Guid reviewId, CancellationToken cancellationToken)
    {
        var (one, other) = alias.AliasKey.CompareTo(alias.IntoKey) < 0
            ? (alias.AliasKey, alias.IntoKey)
            : (alias.IntoKey, alias.AliasKey);
        var profiles = (await _reader.Read(work, [one, other], cancellationToken)).Values.ToLookup(profile => profile.Face.PersonKey);
        var (first, second) = (profiles[one].FirstOrDefault(), profiles[other].FirstOrDefault());
        var review = new Review
        {
            ReviewId = reviewId,
            Kind = ReviewKind.MissingId,
            One = new ReviewSide(one, one, null),
            Other = new ReviewSide(other, other, null),
            Score = 0,
            Explanation = first is not null && second is not null ? ProfileComparison.Compare(first, second).Codes() : [],
            RuleVersion = "",
            State = Review.Open,
            OpenedAt = time.GetUtcNow(),
            Fingerprint = (first ?? second) is { } some ? _reader.Fingerprint(first ?? some, second ?? some) : default,
        };
        await ReviewStore.Add(work, [review], review.OpenedAt, cancellationToken);
        return review;
    }

    private Review Decided(Review review, string state, ReviewOrder order) => review with
    {
        State = state,
        DecidedBy = order.By,
        DecidedAt = time.GetUtcNow(),
        Reason = order.Reason,
    };

    private static Profile? ProfileOf(ReviewSide side, Dictionary<Face, Profile> profiles) => profiles.Values
        .FirstOrDefault(profile => profile.Face.PersonKey == side.PersonKey
            && (side.NameIndex is null || profile.Face.NameIndex == side.NameIndex));

    private static ReviewedPerson? PersonOf(ReviewSide side, Dictionary<Face, Profile> profiles) =>
        ProfileOf(side, profiles) is { } profile
            ? new ReviewedPerson(
                side.Key, Masked.Name(profile.Name), Masked.IdNo(profile.IdNo ?? profile.UnusableIdNo),
                profile.Standing.ToString(), profile.Sex ?? "", Masked.BornOn(profile.BornOn), profile.Divisions,
                profile.Households.Count)
            : null;

    private static string ReasonOf(string kind) => kind switch
    {
        ReviewKind.CorrectedId => AliasReason.CorrectedId,
        ReviewKind.DerivedId => AliasReason.FromFifteenDigits,
        ReviewKind.SharedId => AliasReason.DuplicateId,
        _ => AliasReason.Merged,
    };

    // A person key never leaves: outside the hub a reference stands for it that nobody can turn back.
    private Task Tell(HubTransaction work, Review review, bool isMerged, CancellationToken cancellationToken)
    {
        var kept = ReferenceTo(review.KeepKey ?? review.One.Key);
        var gone = ReferenceTo(review.KeepKey == review.One.Key ? review.Other.Key : review.One.Key);
        object data = isMerged
            ? new { personRef = kept, mergedRef = gone, reason = ReasonOf(review.Kind), reviewId = review.ReviewId }
            : new { personRef = kept, separatedRef = gone, reviewId = review.ReviewId };
        var type = isMerged ? "person.merged" : "person.unmerged";
        var at = time.GetUtcNow();
        var told = new HubEvent
        {
            EventId = keyring.Index("event", $"{type}|{review.ReviewId:N}|{at.ToUnixTimeMilliseconds()}"),
            Type = type,
            Subject = kept.ToString(),
            Time = at,
            Data = JsonSerializer.Serialize(data, JsonSerializerOptions.Web),
        };
        // What was offered or released of either may rest on the other now, or no more.
        var changed = new PeopleChanged { PersonKeys = [review.One.PersonKey, review.Other.PersonKey] };
        return outbox.Send(work, [new EventsRecorded { Events = [told] }, changed], cancellationToken);
    }

    private Guid ReferenceTo(Guid personKey) => keyring.Index("person-ref", personKey.ToString("N"));

    private Task Note(
        HubTransaction work, Review review, string action, ReviewOrder order, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work,
            new AuditFact($"operator:{order.By}", action, $"{review.ReviewId}", new
            {
                kind = review.Kind,
                one = review.One.Key,
                other = review.Other.Key,
                keep = review.KeepKey,
                proposedBy = review.ProposedBy,
                ruleVersion = review.RuleVersion,
            }),
            time, cancellationToken);

    private static HubProblemException NotFound() =>
        new("review.not_found", "There is no such review.", "See hub review list.");

    private static HubProblemException NotOpen(Review review) =>
        new("review.not_open", $"Review {review.ReviewId} is {review.State}.", "See hub review show.");
}
