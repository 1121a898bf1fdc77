using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Contracts;

/// <summary>The field hash both sides of a reconciliation compute for an aid record (contracts/charity/openapi.yaml, digest).</summary>
public static class AidFieldHash
{
    public static string Of(string aidId, string uscc, string form, decimal? amount, DateOnly date, string status) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{aidId}|{uscc}|{form}|{amount:0.00}|{date:yyyy-MM-dd}|{status}"))));
}
