namespace IntegrationHub.Policy;

/// <summary>Something wrong with a pack: where it stands, a stable code, and a sentence.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Path">Where in the file, such as <c>needKinds[0].eligible.all[1].fact</c>.</param>
/// <param name="Line">The line it stands on, from 1; 0 where it is about the file as a whole.</param>
/// <param name="Code">A code of <c>problem-code.csv</c>.</param>
/// <param name="Text">What is wrong, in words.</param>
public sealed record PolicyFinding(string File, string Path, long Line, string Code, string Text);
