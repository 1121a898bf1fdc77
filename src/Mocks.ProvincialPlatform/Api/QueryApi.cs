using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Serves any type page by page, with opaque column names.</summary>
internal sealed class QueryApi(Province province)
{
    private const int LargestPage = 5_000;

    public async Task<IResult> Query(HttpRequest request, CancellationToken cancellation)
    {
        var call = await Call.Read(request, cancellation);
        if (call is null)
            return Answer.Error("请求格式错误");
        if (RowType.Find(call.Text("type")) is not { } type)
            return Answer.Error("类型不存在");
        if (call.Number("pageNo") is not { } page || page < 1)
            return Answer.Error("页码错误");
        if (call.Number("pageSize") is not { } size || size is < 1 or > LargestPage)
            return Answer.Error("每页条数错误");

        await province.Gate.WaitAsync(cancellation);
        try
        {
            var today = province.Today?.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            if (today is null || call.Text("date") != today)
                return Answer.Error("该日期无数据，当前数据日期：" + (today ?? "无"));
            return province.Find(type, call.Text("div")) is { } found
                ? Page(found.Rows, found.Slots, today, page, size)
                : Answer.Error("区划不存在");
        }
        finally
        {
            province.Gate.Release();
        }
    }

    private static Answer Page(IRows rows, int[] slots, string date, int page, int size) => Answer.Ok(json =>
    {
        json.WriteString("date", date);
        json.WriteString("total", slots.Length.ToString(CultureInfo.InvariantCulture));
        json.WriteString("pageNo", page.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("rows");
        var row = new RowBuffer();
        var value = new StringBuilder();
        var first = (int)Math.Min((page - 1L) * size, slots.Length);
        foreach (var slot in slots.AsSpan(first, Math.Min(size, slots.Length - first)))
        {
            row.Clear();
            rows.Write(slot, row);
            WriteRow(json, rows.Type, row, value);
        }

        json.WriteEndArray();
    });

    private static void WriteRow(Utf8JsonWriter json, RowType type, RowBuffer row, StringBuilder value)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Count; i++)
        {
            value.Clear();
            Escape.Append(value, row[i]);
            json.WriteString(type.OpaqueNames[i], value.ToString());
        }

        json.WriteEndObject();
    }
}
