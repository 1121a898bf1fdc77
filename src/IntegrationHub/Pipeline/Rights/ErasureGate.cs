using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.Protection;

namespace IntegrationHub.Pipeline.Rights;

/// <summary>Knows whose a record is and who was erased.</summary>
internal sealed class ErasureGate(IdentityStation identity) : IErasureGate
{
    public async Task<Func<CanonicalRecord, bool>> Open(HubTransaction work, CancellationToken cancellationToken)
    {
        var erased = await ErasedPeople.Guard(work, cancellationToken);
        // Mostly nobody was, and then nobody's key need be computed.
        return erased.Count == 0 ? _ => false : record => identity.OwnerOf(record) is { } owner && erased.Contains(owner);
    }
}
