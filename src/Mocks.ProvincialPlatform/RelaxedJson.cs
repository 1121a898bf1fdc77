using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mocks.ProvincialPlatform;

/// <summary>JSON as the province writes it: <c>+OK</c> stays <c>+OK</c>.</summary>
internal static class RelaxedJson
{
    public static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
