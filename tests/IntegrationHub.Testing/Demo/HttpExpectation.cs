using System.Net.Http.Json;
using System.Text.Json;

namespace IntegrationHub.Testing.Demo;

/// <summary>Calls of an admin page that must succeed.</summary>
internal static class HttpExpectation
{
    public static async Task<JsonElement> Expect(
        this HttpClient http, HttpMethod method, Uri address, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{method} {address} answered {(int)response.StatusCode}: {answer}");
        if (string.IsNullOrWhiteSpace(answer))
            return default;
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.Clone();
    }
}
