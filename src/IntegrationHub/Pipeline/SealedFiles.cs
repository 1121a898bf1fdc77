using IntegrationHub.Database;
using IntegrationHub.Disclosure;
using IntegrationHub.Identity;
using IntegrationHub.Referrals;

namespace IntegrationHub.Pipeline;

/// <summary>Gathers what is sealed about the subject of a need, still sealed.</summary>
internal static class SealedFiles
{
    public static async Task<SealedFile> Of(
        HubTransaction work, PersonKeys person, KnownNeed need, CancellationToken cancellationToken) => new(
        await PersonBook.Sealed(work, person, need.HouseholdRef, cancellationToken),
        await NeedBook.Sealed(work, need.NeedId, cancellationToken),
        need.PersonKey);
}
