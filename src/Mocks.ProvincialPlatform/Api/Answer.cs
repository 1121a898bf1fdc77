using System.Buffers;
using System.Text.Json;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Answers of the API: always 200, the truth is in <c>status</c>.</summary>
internal sealed class Answer : IResult
{
    private readonly ArrayBufferWriter<byte> _body = new();

    private Answer()
    {
    }

    public static Answer Ok() => Ok(_ => { });

    public static Answer Ok(Action<Utf8JsonWriter> write) => Make(json =>
    {
        json.WriteString("status", "+OK");
        write(json);
    });

    public static Answer Error(string message) => Make(json =>
    {
        json.WriteString("status", "-ERR");
        json.WriteString("message", Escape.Text(message));
    });

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = _body.WrittenCount;
        await httpContext.Response.Body.WriteAsync(_body.WrittenMemory, httpContext.RequestAborted);
    }

    private static Answer Make(Action<Utf8JsonWriter> write)
    {
        var answer = new Answer();
        using var json = new Utf8JsonWriter(answer._body, RelaxedJson.Writer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        return answer;
    }
}
