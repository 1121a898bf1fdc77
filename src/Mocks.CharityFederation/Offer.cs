using System.Text.Json;

namespace Mocks.CharityFederation;

/// <summary>What an organisation needs to know of an anonymous offer in order to answer it.</summary>
internal sealed record Offer(string Uscc, string ReferralId, int Attempt, string Kind)
{
    /// <summary>Reads an offer's data as the event and the hub's feed carry it; null if a part is missing.</summary>
    public static Offer? TryRead(JsonElement data) =>
        data.Text("uscc") is { Length: > 0 } uscc
        && data.Text("referralId") is { Length: > 0 and <= 64 } referralId
        && data.Text("kind") is { Length: > 0 and <= 16 } kind
        && data.TryGetProperty("attempt", out var attempt)
        && attempt.ValueKind == JsonValueKind.Number
        && attempt.TryGetInt32(out var number)
            ? new Offer(uscc, referralId, number, kind)
            : null;
}
