using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Contracts.Canonical;

namespace IntegrationHub.Intake;

/// <summary>
/// How the records of a chunk are written between landing and processing. Members, by far the most, are written as a list
/// of their own kind by generated code; any other mixture carries its kinds.
/// </summary>
internal static class ChunkBody
{
    private const byte Mixed = 1;
    private const byte Members = 2;

    public static byte[] Write(IReadOnlyList<CanonicalRecord> records)
    {
        using var body = new MemoryStream(records.Count * 256);
        if (records.All(record => record is MemberRecord))
        {
            body.WriteByte(Members);
            JsonSerializer.Serialize(body, records.Cast<MemberRecord>().ToArray(), ChunkJson.Default.MemberRecordArray);
        }
        else
        {
            body.WriteByte(Mixed);
            JsonSerializer.Serialize(body, records, JsonSerializerOptions.Web);
        }

        return body.ToArray();
    }

    public static IReadOnlyList<CanonicalRecord> Read(byte[] body)
    {
        var records = body.AsSpan(1);
        return body[0] switch
        {
            Members => JsonSerializer.Deserialize(records, ChunkJson.Default.MemberRecordArray) ?? [],
            Mixed => JsonSerializer.Deserialize<List<CanonicalRecord>>(records, JsonSerializerOptions.Web) ?? [],
            _ => throw new InvalidDataException("A chunk of an unknown form."),
        };
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberRecord[]))]
internal sealed partial class ChunkJson : JsonSerializerContext;
