using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Database;

namespace IntegrationHub.Intake;

/// <summary>
/// Keeps people who were erased from coming in again, by an archived file or by the next one (P13). Whose record it is, the
/// identity station knows; intake only asks.
/// </summary>
public interface IErasureGate
{
    /// <summary>The code a record is held under that is about an erased person.</summary>
    const string Code = "person.erased";

    /// <summary>True for the records of erased people; holds until the transaction ends.</summary>
    Task<Func<CanonicalRecord, bool>> Open(HubTransaction work, CancellationToken cancellationToken);
}
