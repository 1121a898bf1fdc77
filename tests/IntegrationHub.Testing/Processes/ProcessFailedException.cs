namespace IntegrationHub.Testing.Processes;

/// <summary>A program of ours ended, kept silent or gave an error; the message ends with its last words.</summary>
public sealed class ProcessFailedException(string what, string lastWords)
    : Exception($"{what}{(lastWords.Length > 0 ? $" Its last words:\n{lastWords}" : " It said nothing.")}");
