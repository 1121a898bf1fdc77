using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Aid by a charity as the hub reported it.</summary>
internal sealed record CharityAid(
    string AidId, int Version, string Uscc, string Form, decimal? Amount, string Date, string Status)
{
    /// <summary>The hash both sides compare.</summary>
    public string Hash
    {
        get
        {
            var amount = Amount?.ToString("0.00", CultureInfo.InvariantCulture);
            var text = $"{AidId}|{Uscc}|{Form}|{amount}|{Date}|{Status}";
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>Its place in the tree: SHA-256 of its id, in hex.</summary>
    public string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AidId)));
}
