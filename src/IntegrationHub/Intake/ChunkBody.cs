using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Protection;

namespace IntegrationHub.Intake;

/// <summary>
/// How the records of a chunk are written between landing and processing: sealed as one, because until a record is matched
/// to a person there is no person's key. Members, by far the most, are written as a list of their own kind by generated
/// code; any other mixture carries its kinds. Buffers are a thread's own: a chunk is too large to allocate each time.
/// </summary>
internal static class ChunkBody
{
    private const byte Mixed = 1;
    private const byte Members = 2;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_plain;

    public static byte[] Seal(Keyring keyring, IReadOnlyList<CanonicalRecord> records)
    {
        var plain = t_plain ??= new ArrayBufferWriter<byte>(1 << 20);
        plain.ResetWrittenCount();
        Write(plain, records);
        var body = keyring.SealForStore(plain.WrittenSpan);
        plain.Clear(); // no person stays in a buffer
        return body;
    }

    public static IReadOnlyList<CanonicalRecord> Open(Keyring keyring, ReadOnlySpan<byte> body)
    {
        var plain = ArrayPool<byte>.Shared.Rent(body.Length);
        try
        {
            return Read(plain.AsSpan(0, keyring.OpenFromStore(body, plain)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        }
    }

    private static void Write(ArrayBufferWriter<byte> target, IReadOnlyList<CanonicalRecord> records)
    {
        var onlyMembers = records.All(record => record is MemberRecord);
        target.Write([onlyMembers ? Members : Mixed]);
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { SkipValidation = true });
        if (onlyMembers)
            JsonSerializer.Serialize(json, records.Cast<MemberRecord>().ToArray(), ChunkJson.Default.MemberRecordArray);
        else
            JsonSerializer.Serialize(json, records, JsonSerializerOptions.Web);
    }

    private static IReadOnlyList<CanonicalRecord> Read(ReadOnlySpan<byte> plain) => plain[0] switch
    {
        Members => JsonSerializer.Deserialize(plain[1..], ChunkJson.Default.MemberRecordArray) ?? [],
        Mixed => JsonSerializer.Deserialize<List<CanonicalRecord>>(plain[1..], JsonSerializerOptions.Web) ?? [],
        _ => throw new InvalidDataException("A chunk of an unknown form."),
    };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemberRecord[]))]
internal sealed partial class ChunkJson : JsonSerializerContext;
