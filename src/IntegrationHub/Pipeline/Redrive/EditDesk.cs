using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Audit;
using IntegrationHub.Bus;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Failures;
using IntegrationHub.Outbox;
using IntegrationHub.Protection;

namespace IntegrationHub.Pipeline.Redrive;

/// <summary>What is to be changed in a failed message before it goes again.</summary>
/// <param name="FailureId">The failed message.</param>
/// <param name="Patch">A JSON merge patch (RFC 7396) of the message or record.</param>
/// <param name="Reason">Why; no personal data.</param>
public sealed record EditWish(long FailureId, string Patch, string Reason)
{
    /// <summary>Another endpoint that takes the same message; null for the one it failed at.</summary>
    public string? Endpoint { get; init; }

    public override string ToString() => $"edit of failure {FailureId}";
}

/// <summary>An edited message stands in the place of the one it was made from and waits for a second person.</summary>
public sealed record Edited(long FailureId, long EditOf, IReadOnlyList<string> Changed, RedriveOperation Operation);

/// <summary>
/// Edits a failed message: checked against its type, the original closed before the edited one can go, both linked, the
/// changed places kept. The values of a sealed record are shown to nobody who does not say why.
/// </summary>
public sealed class EditDesk
{
    private const int LargestPatch = 64 * 1024;
    private const string Masked = "***";

    // What names a record and orders its states is never edited: it would be another record.
    private static readonly HashSet<string> s_fixed = new(["$kind", "sourceKey", "version", "row"], StringComparer.Ordinal);

    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly JsonSerializerOptions s_readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly HubDatabase _database;
    private readonly Keyring _keyring;
    private readonly MessageCatalogue _messages;
    private readonly EndpointCatalogue _endpoints;
    private readonly TimeProvider _time;

    internal EditDesk(
        HubDatabase database, Keyring keyring, MessageCatalogue messages, EndpointCatalogue endpoints, TimeProvider time) =>
        (_database, _keyring, _messages, _endpoints, _time) = (database, keyring, messages, endpoints, time);

    /// <summary>
    /// The body as JSON to look at. Of a sealed record every value is masked, unless a reason is given for which an operator
    /// must see them; that is on record before they are shown.
    /// </summary>
    public async Task<string> Body(Administrator who, long failureId, string? unmaskWhy, CancellationToken cancellationToken)
    {
        FailureDesk.MayLook(who);
        await using var work = await _database.Begin(cancellationToken);
        var sheet = await FailureDesk.Find(work, who, failureId, cancellationToken);
        if (sheet.Line.Endpoint != FailureStore.RecordEndpoint)
            return Encoding.UTF8.GetString(sheet.Body);
        if (sheet.Body.Length == 0)
            return "";
        var record = JsonNode.Parse(_keyring.OpenFromStore(sheet.Body)) as JsonObject ?? [];
        if (unmaskWhy is null)
            return Mask(record).ToJsonString(s_readable);
        who.MustBe(AdminRole.Operator);
        var why = FailureDesk.ReasonOf(unmaskWhy);
        await Note(work, who, "failure.unmasked", failureId, new { reason = why }, cancellationToken);
        await work.Commit(cancellationToken);
        return record.ToJsonString(s_readable);
    }

    /// <exception cref="HubProblemException">
    /// <c>edit.invalid</c>, <c>edit.endpoint</c>, <c>edit.already_applied</c>, <c>failure.in_redrive</c>, <c>failure.nothing</c>
    /// </exception>
    public async Task<Edited> Edit(Administrator who, EditWish wish, CancellationToken cancellationToken)
    {
        who.MustBe(AdminRole.Operator);
        var reason = FailureDesk.ReasonOf(wish.Reason);
        await using var work = await _database.Begin(cancellationToken);
        await EditStore.Lock(work, wish.FailureId, cancellationToken);
        var sheet = await FailureDesk.Find(work, who, wish.FailureId, cancellationToken);
        if (sheet.Line.State != FailureState.Open)
            throw new HubProblemException("failure.nothing", $"Failure {wish.FailureId} is {sheet.Line.State}.", "See `hub failed show`.");
        if (sheet.Line.OperationId is not null || sheet.Line.SentAt is not null)
            throw FailureDesk.InRedrive(wish.FailureId);

        var (body, changed) = sheet.Line.Endpoint == FailureStore.RecordEndpoint
            ? EditRecord(sheet, wish)
            : EditMessage(sheet, wish);
        var endpoint = wish.Endpoint ?? sheet.Line.Endpoint;
        var messageId = Guid.CreateVersion7(_time.GetUtcNow());
        if (sheet.Line.Endpoint != FailureStore.RecordEndpoint
            && !await MessageOutbox.HandOver(
                work, sheet.Line.MessageId, ConsumerOf(sheet.Line.Endpoint), messageId, ConsumerOf(endpoint), cancellationToken))
        {
            throw new HubProblemException(
                "edit.already_applied", "The message has had its effect meanwhile.", "Nothing is left to edit; discard the failure.");
        }

        var now = _time.GetUtcNow();
        var failureId = await EditStore.Copy(work, wish.FailureId, messageId, endpoint, body, now, cancellationToken);
        await EditStore.TakeOver(work, wish.FailureId, failureId, cancellationToken);
        await FailureStore.Close(work, [wish.FailureId], FailureState.Edited, who.Name, reason, now, cancellationToken);
        await EditStore.Add(work, failureId, wish.FailureId, who.Name, reason, changed, now, cancellationToken);
        var operation = await Propose(work, who, failureId, reason, now, cancellationToken);
        await Note(
            work, who, "failure.edited", wish.FailureId,
            new { by = failureId, changed, endpoint, reason, redrive = operation.OperationId }, cancellationToken);
        await work.Commit(cancellationToken);
        return new Edited(failureId, wish.FailureId, changed, operation);
    }

    // What one person has written another lets go.
    private static async Task<RedriveOperation> Propose(
        HubTransaction work, Administrator who, long failureId, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var operationId = Guid.CreateVersion7(now);
        var filter = new FailureFilterBy { FailureIds = [failureId] };
        await RedriveStore.Add(
            work,
            new NewRedrive(
                operationId, who.Name, reason, JsonSerializer.Serialize(filter, JsonSerializerOptions.Web), Canary: 0,
                WaitsAfterCanary: false, Rate: 1, RampSeconds: 0, StopRatio: 0),
            filter, now, cancellationToken);
        var operation = (await RedriveStore.Find(work, operationId, cancellationToken))! with // added just before
        {
            State = RedriveState.AwaitingApproval,
            NeedsApproval = true,
        };
        await RedriveStore.Save(work, operation, now, cancellationToken);
        return operation with { Version = operation.Version + 1 };
    }

    private (byte[] Body, IReadOnlyList<string> Changed) EditMessage(FailureSheet sheet, EditWish wish)
    {
        var endpoint = wish.Endpoint ?? sheet.Line.Endpoint;
        if (!_endpoints.TryFind(endpoint, out var target) || target.KindOf(sheet.Line.MessageType, _messages) is not { } kind
            || (_endpoints.TryFind(sheet.Line.Endpoint, out var was) && was.KindOf(sheet.Line.MessageType, _messages) != kind))
            throw new HubProblemException("edit.endpoint", $"{endpoint} does not take this message.", "Name an endpoint of the same message.");
        var envelope = ParseObject(Encoding.UTF8.GetString(sheet.Body)) ?? [];
        var message = envelope["message"] as JsonObject ?? [];
        var (edited, changed) = Patch(message, wish, []);
        Check(edited, kind.Type);
        envelope["message"] = edited;
        return (Encoding.UTF8.GetBytes(envelope.ToJsonString()), changed);
    }

    private (byte[] Body, IReadOnlyList<string> Changed) EditRecord(FailureSheet sheet, EditWish wish)
    {
        if (wish.Endpoint is not null)
            throw new HubProblemException("edit.endpoint", "A record has no other way.", "Leave the endpoint away.");
        if (sheet.Body.Length == 0)
            throw Invalid("Its body is gone.");
        var record = JsonNode.Parse(_keyring.OpenFromStore(sheet.Body)) as JsonObject ?? [];
        var (edited, changed) = Patch(record, wish, s_fixed);
        // Other content under the same version would be a contradiction to what it was made from.
        edited["contentHash"] = Guid.CreateVersion7(_time.GetUtcNow());
        Check(edited, typeof(CanonicalRecord));
        return (_keyring.SealForStore(Encoding.UTF8.GetBytes(edited.ToJsonString())), changed);
    }

    private static (JsonObject Edited, IReadOnlyList<string> Changed) Patch(JsonObject body, EditWish wish, HashSet<string> closed)
    {
        if (wish.Patch.Length > LargestPatch || ParseObject(wish.Patch) is not { } patch)
            throw Invalid("The patch is a JSON object of at most 64 KB.");
        if (patch.FirstOrDefault(member => closed.Contains(member.Key)).Key is { } name)
            throw Invalid($"{name} names the record and cannot be changed.");
        var (edited, changed) = MergePatch.Apply(body, patch);
        return changed.Count == 0 ? throw Invalid("Nothing is changed.") : (edited, changed);
    }

    private static void Check(JsonObject body, Type type)
    {
        try
        {
            if (body.Deserialize(type, s_strict) is null)
                throw Invalid("It is empty.");
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            // The path, never the value.
            throw Invalid($"It does not fit its type{(failure is JsonException { Path: { } path } ? $" at {path}" : "")}.");
        }
    }

    private static JsonObject? ParseObject(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Pure: the same members with every value hidden but those that name no person.</summary>
    internal static JsonObject Mask(JsonObject record)
    {
        var masked = new JsonObject();
        foreach (var (name, value) in record)
            masked[name] = s_fixed.Contains(name) ? value?.DeepClone() : MaskValue(value);
        return masked;
    }

    private static JsonNode? MaskValue(JsonNode? value) => value switch
    {
        null => null,
        JsonObject inner => new JsonObject(inner.Select(member => KeyValuePair.Create(member.Key, MaskValue(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(MaskValue)]),
        _ => Masked,
    };

    private static HubProblemException Invalid(string detail) => new("edit.invalid", detail, "Correct the patch.");

    private string ConsumerOf(string endpoint) => _endpoints.TryFind(endpoint, out var known) ? known.Consumer : "";

    private Task Note(
        HubTransaction work, Administrator who, string action, long failureId, object detail, CancellationToken cancellationToken) =>
        AuditLog.Append(
            work, new AuditFact($"operator:{who.Name}", action, $"failure/{failureId}", detail), _time, cancellationToken);
}
