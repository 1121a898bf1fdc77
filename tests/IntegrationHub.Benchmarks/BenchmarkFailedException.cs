namespace IntegrationHub.Benchmarks;

/// <summary>The figures would not mean what they say: something is missing, or the work was not done.</summary>
internal sealed class BenchmarkFailedException(string message) : Exception(message);
