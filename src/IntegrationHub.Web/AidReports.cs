using System.Security.Cryptography;
using System.Text.Json;
using IntegrationHub.Aid;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Intake;
using IntegrationHub.Protection;

namespace IntegrationHub.Web;

/// <summary>
/// Takes in the aid a charity reports, once per idempotency key. Aid is a fact: it is taken whatever became of the
/// referral.
/// </summary>
internal sealed class AidReports(HubDatabase database, RecordInbox inbox, Keyring keyring, TimeProvider time)
{
    /// <summary>Null if it is taken in, now or before; else the code of the refusal.</summary>
    public async Task<string?> Take(
        Caller caller, string key, AidRecordDocument document, CancellationToken cancellationToken)
    {
        await using var work = await database.Begin(cancellationToken);
        var claim = await IdempotencyStore.Claim(
            work, caller.Uscc, key, HashOf(document), time.GetUtcNow(), cancellationToken);
        if (claim == IdempotencyClaim.Mismatch)
            return "idempotency.mismatch";
        if (claim == IdempotencyClaim.Repeat)
            return null;

        var aid = document.ToAid();
        if (await Contradicts(work, aid, cancellationToken))
            return "aid.conflict";
        await inbox.Land(work, null, null, [CharityAidRecords.Of(keyring, aid)], cancellationToken);
        await work.Commit(cancellationToken);
        return null;
    }

    // Says at once what the pipeline would only hold: this version was told before with other content.
    private static async Task<bool> Contradicts(
        HubTransaction work, CharityAid aid, CancellationToken cancellationToken)
    {
        var known = await AidStore.Find(work, [aid.AidId], cancellationToken);
        return known.Any(earlier => earlier.Version == aid.Version && FieldHash(earlier) != FieldHash(aid));
    }

    private static string FieldHash(CharityAid aid) =>
        AidFieldHash.Of(aid.AidId, aid.Uscc, aid.Form, aid.Amount, aid.Date, aid.Status);

    // Of what was said, not of how it was spaced.
    private static byte[] HashOf(AidRecordDocument document) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web));
}
