namespace IntegrationHub.Reconciliation;

/// <summary>
/// One file of a finished run, as its account says. <paramref name="Rows"/> are counted rows; intake holds a file whose
/// count differs from its manifest, so that for a file that was taken they are the manifest's rows too.
/// </summary>
/// <param name="Source">The system it came from.</param>
/// <param name="Name">The file's name.</param>
/// <param name="State">LANDING, DONE, HELD or IGNORED.</param>
/// <param name="Code">Problem code of a held or ignored file.</param>
/// <param name="Rows">Rows it has.</param>
/// <param name="Accounted">Unchanged + applied + quarantined + held.</param>
public sealed record FileLine(string Source, string Name, string State, string? Code, long Rows, long Accounted);
