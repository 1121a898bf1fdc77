using System.Globalization;

namespace Mocks.ProvincialPlatform.Api;

/// <summary>Takes what the hub reports back: charity aid, states of referrals, reverse referrals, recalls.</summary>
internal sealed class PushApi(CharityAidBook book, PushTally tally, Province province)
{
    public async Task<IResult> CharityAid(HttpRequest request, CancellationToken cancellation)
    {
        if (await Call.Read(request, cancellation) is not { } call)
            return Answer.Error("请求格式错误");
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
            return Answer.Error("缺少幂等键");
        var amount = call.Amount("amount", out var valid);
        var date = call.Text("date");
        if (!valid || call.Text("aidId").Length == 0 || call.Number("version") is not { } version
            || !DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return Answer.Error("字段缺失或格式错误");
        var aid = new CharityAid(
            call.Text("aidId"), version, call.Text("uscc"), call.Text("form"), amount, date, call.Text("status"));
        return book.Record(key, call.Digest, aid, call.Text("correction") == "1") is { } wrong ? Answer.Error(wrong) : Answer.Ok();
    }

    public async Task<IResult> ReferralStatus(HttpRequest request, CancellationToken cancellation)
    {
        if (await Call.Read(request, cancellation) is not { } call)
            return Answer.Error("请求格式错误");
        await province.Gate.WaitAsync(cancellation);
        try
        {
            var (needNo, uscc, state) = (call.Text("needNo"), call.Text("uscc"), call.Text("state"));
            if (province.FindNeed(needNo) is null)
                return Answer.Error("需求编号不存在");
            if (state == "ACCEPTED")
                province.RememberAcceptance(needNo, uscc);
            tally.Count("referral-status", state);
        }
        finally
        {
            province.Gate.Release();
        }

        return Answer.Ok();
    }

    public Task<IResult> ReverseReferral(HttpRequest request, CancellationToken cancellation) =>
        Store("reverse-referrals", request, cancellation);

    public Task<IResult> Recall(HttpRequest request, CancellationToken cancellation) =>
        Store("recalls", request, cancellation);

    public IResult Summary()
    {
        var records = book.All();
        var sum = records.Sum(record => record.Amount ?? 0);
        return Answer.Ok(json =>
        {
            json.WriteString("count", records.Length.ToString(CultureInfo.InvariantCulture));
            json.WriteString("sum", sum.ToString("0.00", CultureInfo.InvariantCulture));
        });
    }

    public async Task<IResult> Digest(HttpRequest request, CancellationToken cancellation)
    {
        var call = await Call.Read(request, cancellation);
        if (call?.Number("pageNo") is not { } page || page < 1 || call.Number("pageSize") is not { } size || size < 1)
            return Answer.Error("页码或每页条数错误");
        var records = book.All();
        return Answer.Ok(json =>
        {
            json.WriteString("total", records.Length.ToString(CultureInfo.InvariantCulture));
            json.WriteString("pageNo", page.ToString(CultureInfo.InvariantCulture));
            json.WriteStartArray("rows");
            foreach (var record in records.Skip((int)Math.Min((page - 1L) * size, int.MaxValue)).Take(size))
            {
                json.WriteStartObject();
                json.WriteString("aidId", record.AidId);
                json.WriteString("hash", record.Hash);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Places of the tree over the book: prefixes of SHA-256 of the aid id, parted by commas; root is the whole.</summary>
    public async Task<IResult> Tree(HttpRequest request, CancellationToken cancellation)
    {
        if (Prefixes(await Call.Read(request, cancellation)) is not { } asked)
            return Answer.Error("前缀错误");
        var records = book.All();
        return Answer.Ok(json =>
        {
            json.WriteStartArray("nodes");
            foreach (var prefix in asked)
            {
                var under = records.Where(record => record.Place.StartsWith(prefix, StringComparison.Ordinal)).ToList();
                if (under.Count == 0)
                    continue;
                var hash = UInt128.Zero;
                foreach (var record in under)
                    hash += UInt128.Parse(record.Hash.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                json.WriteStartObject();
                json.WriteString("prefix", prefix);
                json.WriteString("count", under.Count.ToString(CultureInfo.InvariantCulture));
                json.WriteString("sum", under.Sum(record => record.Amount ?? 0).ToString("0.00", CultureInfo.InvariantCulture));
                json.WriteString("hash", hash.ToString("x32", CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public async Task<IResult> Lines(HttpRequest request, CancellationToken cancellation)
    {
        if (Prefixes(await Call.Read(request, cancellation)) is not { } asked)
            return Answer.Error("前缀错误");
        var records = book.All();
        return Answer.Ok(json =>
        {
            json.WriteStartArray("rows");
            foreach (var record in records.Where(record => asked.Any(prefix => record.Place.StartsWith(prefix, StringComparison.Ordinal))))
            {
                json.WriteStartObject();
                json.WriteString("aidId", record.AidId);
                json.WriteString("hash", record.Hash);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static string[]? Prefixes(Call? call)
    {
        var asked = call?.Text("prefixes").Split(',').Select(prefix => prefix == "root" ? "" : prefix == "" ? "?" : prefix).Distinct().ToArray();
        return asked?.Length <= 256 && asked.All(prefix => prefix.Length <= 5 && prefix.All(char.IsAsciiHexDigitLower)) ? asked : null;
    }

    private async Task<IResult> Store(string kind, HttpRequest request, CancellationToken cancellation)
    {
        if (await Call.Read(request, cancellation) is null)
            return Answer.Error("请求格式错误");
        tally.Count(kind, "");
        return Answer.Ok();
    }
}
