using System.ComponentModel;
using System.Diagnostics;
using Npgsql;

namespace IntegrationHub.Benchmarks;

/// <summary>Runs a script in psql, the tool every floor that loads a file is measured with.</summary>
internal static class PsqlCommand
{
    /// <summary>Runs the script in one transaction and returns what its queries wrote, one row a line.</summary>
    public static async Task<string> Run(
        string connectionString, string clientEncoding, string script, CancellationToken cancellationToken)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(
            "psql", ["-X", "-q", "-t", "-A", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-f", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = database.Host;
        start.Environment["PGPORT"] = $"{database.Port}";
        start.Environment["PGUSER"] = database.Username;
        start.Environment["PGPASSWORD"] = database.Password;
        start.Environment["PGDATABASE"] = database.Database;
        start.Environment["PGCLIENTENCODING"] = clientEncoding;
        using var psql = Start(start);
        try
        {
            await psql.StandardInput.WriteAsync(script.AsMemory(), cancellationToken);
            psql.StandardInput.Close();
            var errors = psql.StandardError.ReadToEndAsync(cancellationToken);
            var output = await psql.StandardOutput.ReadToEndAsync(cancellationToken);
            await psql.WaitForExitAsync(cancellationToken);
            return psql.ExitCode == 0
                ? output
                : throw new BenchmarkFailedException($"psql ended with {psql.ExitCode}: {await errors}");
        }
        catch (OperationCanceledException)
        {
            psql.Kill();
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new BenchmarkFailedException("psql did not start.");
        }
        catch (Win32Exception)
        {
            throw new BenchmarkFailedException("The floor needs psql: apt-get install -y postgresql-client");
        }
    }
}
