using System.Text.Json;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>An aid is one record however it arrives: pushed by the charity or found by the hub's own pull.</summary>
public static class CharityAidRecords
{
    public static CharityAidRecord Of(Keyring keyring, CharityAid aid) => new()
    {
        SourceKey = keyring.Index("charity-aid", aid.AidId),
        Version = aid.Version,
        ContentHash = keyring.Index("charity-aid-content", JsonSerializer.Serialize(aid, JsonSerializerOptions.Web)),
        Aid = aid,
    };
}
