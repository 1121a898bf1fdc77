using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mocks.CharityFederation;

/// <summary>Money on the wire is a string with two decimals, so that no reader makes a float of it.</summary>
internal sealed class MoneyConverter : JsonConverter<decimal?>
{
    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options)
    {
        if (value is { } money)
            writer.WriteStringValue(money.ToString("0.00", CultureInfo.InvariantCulture));
        else
            writer.WriteNullValue();
    }
}
