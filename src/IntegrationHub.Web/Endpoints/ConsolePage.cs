using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Web.Endpoints;

/// <summary>
/// The console: one page without a single asset from elsewhere. It holds no data; it asks the operations API.
/// </summary>
internal static class ConsolePage
{
    private static readonly string Page = Load();

    public static void MapConsole(this IEndpointRouteBuilder app) => app.MapGet("/", Show);

    private static IResult Show(HttpContext context)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return Results.Content(
            Page.Replace("{{nonce}}", nonce, StringComparison.Ordinal), MediaTypeNames.Text.Html, Encoding.UTF8);
    }

    private static string Load()
    {
        using var reader = new StreamReader(
            typeof(ConsolePage).Assembly.GetManifestResourceStream("console.html")
            ?? throw new InvalidOperationException("console.html is not in the assembly."));
        return reader.ReadToEnd();
    }
}
