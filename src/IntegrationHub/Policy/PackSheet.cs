using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IntegrationHub.Policy;

/// <summary>One pack as it is gone through by <see cref="PolicyCheck"/>, part by part.</summary>
internal sealed partial class PackSheet(string file, JsonPlaces places, PolicyNames names, List<PolicyFinding> findings)
{
    private static readonly string[] s_sections =
    [
        "$schema", "version", "effectiveFrom", "effectiveTo", "referral", "needKinds", "categories", "standards", "routing",
        "tempAid", "offer", "shrinkGuard", "missingSnapshotsBeforeEnd", "smallCell", "freshnessHours", "urgentHardships",
        "amountBands", "duplicateTolerance", "identity", "items", "purposes", "retention", "aid",
    ];

    private static readonly string[] s_needed = ["version", "effectiveFrom", "needKinds", "offer", "urgentHardships", "amountBands"];

    private static readonly string[] s_reasons = ["else", "wait"];

    private static readonly string[] s_groups = ["all", "any"];

    private static readonly string[] s_ofKind =
        ["code", "name", "aliases", "whitelist", "requiredFields", "eligible", "advice", "workingDaysToAnswer"];

    private static readonly string[] s_levels = ["COUNTY", "CITY", "PROVINCE"];

    private HashSet<string> _categories = [];
    private HashSet<string> _kinds = [];

    public void Check(JsonElement pack)
    {
        if (pack.ValueKind != JsonValueKind.Object)
        {
            Add("", PolicyCheck.Unreadable, "a pack is an object");
            return;
        }

        foreach (var section in pack.EnumerateObject().Where(section => !s_sections.Contains(section.Name)))
            Add(section.Name, PolicyCheck.UnknownName, $"{section.Name} is no section of a pack");
        foreach (var missing in s_needed.Where(name => !pack.TryGetProperty(name, out _)))
            Add(missing, PolicyCheck.Incomplete, $"{missing} is missing");
        _categories = [.. names.Of("low-income-category").Keys, .. Each(pack, "categories").Select(row => Text(row.Item, "code")).OfType<string>()];
        _kinds = [.. Each(pack, "needKinds").Select(kind => Text(kind.Item, "code")).OfType<string>()];
        CheckDays(pack);
        CheckReferral(pack);
        CheckKinds(pack);
        CheckStandards(pack);
        CheckLists(pack);
        CheckRouting(pack);
        CheckRetention(pack);
        CheckAid(pack);
    }

    // R03: a window that names no kind there is would be looked at by nobody.
    private void CheckAid(JsonElement pack)
    {
        if (!pack.TryGetProperty("aid", out var aid))
            return;
        foreach (var (window, path) in Each(aid, "windows", "aid"))
        {
            if (!_kinds.Contains(Text(window, "kind") ?? ""))
                Add($"{path}.kind", PolicyCheck.UnknownName, $"there is no kind {Text(window, "kind")}");
            var isInDays = Text(window, "period") == AidWindow.InDays;
            if (!isInDays && Text(window, "period") != AidWindow.InSchoolYear)
                Add($"{path}.period", PolicyCheck.Value, "a period is DAYS or SCHOOL_YEAR_STAGE");
            if (isInDays && !(window.TryGetProperty("days", out var days) && days.TryGetInt32(out var count) && count >= 0))
                Add($"{path}.days", PolicyCheck.Value, "a period in days says how many");
            if (Text(window, "subject") is not (null or AidWindow.OfPerson or AidWindow.OfHousehold))
                Add($"{path}.subject", PolicyCheck.Value, "a subject is PERSON or HOUSEHOLD");
        }

        foreach (var (pair, path) in Each(aid, "payers", "aid"))
        {
            if (!names.Of("funding").ContainsKey(Text(pair, "funding") ?? ""))
                Add($"{path}.funding", PolicyCheck.UnknownName, $"there is no funding {Text(pair, "funding")}");
            if (!_categories.Contains(Text(pair, "category") ?? ""))
                Add($"{path}.category", PolicyCheck.UnknownName, $"there is no category {Text(pair, "category")}");
        }
    }

    // P14: what the law asks for cannot be shortened by a file.
    private void CheckRetention(JsonElement pack)
    {
        if (!pack.TryGetProperty("retention", out var section) || section.ValueKind != JsonValueKind.Object)
            return;
        var days = new Dictionary<string, int>();
        foreach (var period in section.EnumerateObject())
        {
            if (period.Value.ValueKind == JsonValueKind.Number && period.Value.TryGetInt32(out var count))
                days[period.Name] = count;
            else
                Add($"retention.{period.Name}", PolicyCheck.Value, "a period is a number of days");
        }

        foreach (var (name, text) in RetentionRules.ObjectionsTo(days))
            Add($"retention.{name}", PolicyCheck.Value, text);
    }

    private void CheckDays(JsonElement pack)
    {
        var (from, to) = (DayOf(pack, "effectiveFrom", "effectiveFrom"), DayOf(pack, "effectiveTo", "effectiveTo"));
        if (to < from)
            Add("effectiveTo", PolicyCheck.Value, "the last day lies before the first");
        if (pack.TryGetProperty("tempAid", out var window))
        {
            if (!(window.TryGetProperty("windowMonths", out var months) && months.TryGetInt32(out var count) && count >= 1))
                Add("tempAid.windowMonths", PolicyCheck.Value, "a window has at least one month");
            if (Text(window, "lowerBound") is not ("EXCLUSIVE" or "INCLUSIVE"))
                Add("tempAid.lowerBound", PolicyCheck.Value, "the lower bound is EXCLUSIVE or INCLUSIVE");
            if (Text(window, "category") is { } category && !_categories.Contains(category))
                Add("tempAid.category", PolicyCheck.UnknownName, $"there is no category {category}");
        }

        if (pack.TryGetProperty("offer", out var offer) && !(offer.TryGetProperty("workingDaysToAnswer", out var days) && days.TryGetInt32(out var left) && left >= 1))
            Add("offer.workingDaysToAnswer", PolicyCheck.Value, "an organisation has at least one working day to answer");
    }

    private void CheckReferral(JsonElement pack)
    {
        if (pack.TryGetProperty("referral", out var referral) && referral.TryGetProperty("eligible", out var rule))
            CheckPredicate(rule, "referral.eligible");
        else
            Add("referral", PolicyCheck.Incomplete, "referral.eligible says what holds for every kind; it is missing");
    }

    private void CheckKinds(JsonElement pack)
    {
        var seen = new Dictionary<string, string>();
        foreach (var (kind, path) in Each(pack, "needKinds"))
        {
            foreach (var member in kind.EnumerateObject().Where(member => !s_ofKind.Contains(member.Name)))
                Add($"{path}.{member.Name}", PolicyCheck.UnknownName, $"a need kind has no {member.Name}");
            var code = Text(kind, "code") ?? "";
            if (!KindCode().IsMatch(code))
                Add($"{path}.code", PolicyCheck.Value, "a kind has a code of two capital letters");
            foreach (var (name, where) in Each(kind, "aliases", path).Select(alias => (alias.Item.GetString() ?? "", alias.Path))
                .Prepend((Text(kind, "name") ?? "", $"{path}.name")).Prepend((code, $"{path}.code")))
            {
                if (name.Length == 0)
                    Add(where, PolicyCheck.Incomplete, "a name is missing");
                else if (!seen.TryAdd(name, code))
                    Add(where, PolicyCheck.Duplicate, $"{name} already means the kind {seen[name]}");
            }

            foreach (var (item, where) in Each(kind, "whitelist", path))
                Known(item, where, names.Of("data-items").ContainsKey, "data item");
            foreach (var (field, where) in Each(kind, "requiredFields", path))
                Known(field, where, name => Fact.Find(name) is not null, "fact");
            if (kind.TryGetProperty("eligible", out var rule))
                CheckPredicate(rule, $"{path}.eligible");
            else
                Add($"{path}.eligible", PolicyCheck.Incomplete, $"the kind {code} does not say who it is for");
            foreach (var (advice, where) in Each(kind, "advice", path))
                CheckPredicate(advice, where);
            if (kind.TryGetProperty("workingDaysToAnswer", out var days) && !(days.TryGetInt32(out var count) && count >= 1))
                Add($"{path}.workingDaysToAnswer", PolicyCheck.Value, "an organisation has at least one working day to answer");
        }
    }

    // R37: one amount for one level, kind and day.
    private void CheckStandards(JsonElement pack)
    {
        var known = new List<(string Level, string Kind, DateOnly From, DateOnly To, string Path)>();
        foreach (var (row, path) in Each(pack, "standards"))
        {
            var (level, kind) = (Text(row, "level") ?? "", Text(row, "kind") ?? "");
            if (!s_levels.Contains(level))
                Add($"{path}.level", PolicyCheck.UnknownName, $"there is no level {level}");
            if (!_kinds.Contains(kind))
                Add($"{path}.kind", PolicyCheck.UnknownName, $"there is no kind {kind}");
            if (!(decimal.TryParse(Text(row, "cap"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cap) && cap > 0))
                Add($"{path}.cap", PolicyCheck.Value, "the amount is a text such as \"5000.00\"");
            var from = DayOf(row, "from", $"{path}.from") ?? DateOnly.MinValue;
            var to = DayOf(row, "to", $"{path}.to") ?? DateOnly.MaxValue;
            if (to < from)
                Add($"{path}.to", PolicyCheck.Value, "the last day lies before the first");
            if (known.Find(other => other.Level == level && other.Kind == kind && other.From <= to && from <= other.To) is { Path: { } first })
                Add(path, PolicyCheck.Overlap, $"{first} sets another amount for the same level, kind and days");
            known.Add((level, kind, from, to, path));
        }
    }

    private void CheckLists(JsonElement pack)
    {
        foreach (var (hardship, where) in Each(pack, "urgentHardships"))
            Known(hardship, where, names.Of("hardship").ContainsKey, "hardship");
        var lower = 0m;
        foreach (var (band, where) in Each(pack, "amountBands"))
        {
            if (!(band.ValueKind == JsonValueKind.Number && band.GetDecimal() > lower))
                Add(where, PolicyCheck.Value, "bands ascend");
            else
                lower = band.GetDecimal();
        }

        var rows = new HashSet<string>(names.Of("low-income-category").Keys);
        foreach (var (row, path) in Each(pack, "categories"))
        {
            if (!CategoryCode().IsMatch(Text(row, "code") ?? ""))
                Add($"{path}.code", PolicyCheck.Value, "a category has a code such as LI8");
            else if (!rows.Add(Text(row, "code")!)) // matched just above
                Add($"{path}.code", PolicyCheck.Duplicate, "this category is known already");
        }

        var items = new HashSet<string>();
        foreach (var (item, path) in Each(pack, "items"))
        {
            var code = Text(item, "code") ?? "";
            if (!names.Of("data-items").ContainsKey(code))
                Add($"{path}.code", PolicyCheck.UnknownName, $"there is no data item {code}");
            else if (!items.Add(code))
                Add($"{path}.code", PolicyCheck.Duplicate, $"the item {code} is listed already");
        }

        var purposes = new HashSet<string>();
        foreach (var (purpose, path) in Each(pack, "purposes"))
        {
            if (!purposes.Add(Text(purpose, "code") ?? ""))
                Add($"{path}.code", PolicyCheck.Duplicate, "this purpose is listed already");
            if (Text(purpose, "parent") is { } parent && !purposes.Contains(parent))
                Add($"{path}.parent", PolicyCheck.UnknownName, $"the purpose {parent} is not listed before it");
        }
    }

    private void CheckRouting(JsonElement pack)
    {
        if (!pack.TryGetProperty("routing", out var routing))
            return;
        foreach (var (level, where) in Each(routing, "levels", "routing"))
            Known(level, where, s_levels.Contains, "level");
        if (routing.TryGetProperty("urgentOfTen", out var share) && !(share.TryGetInt32(out var count) && count is >= 1 and <= 9))
            Add("routing.urgentOfTen", PolicyCheck.Value, "of ten needs one to nine go first for being urgent");
    }

    private void CheckPredicate(JsonElement node, string path)
    {
        Predicate predicate;
        try
        {
            predicate = PredicateJson.Read(node);
        }
        catch (JsonException failure)
        {
            // The innermost part that cannot be read is the one to tell.
            if (!CheckParts(node, path))
                Add(path, PolicyCheck.UnknownName, failure.Message);
            return;
        }

        foreach (var name in s_reasons)
        {
            if (Text(node, name) is { } code && !names.Of("problem-code").ContainsKey(code))
                Add($"{path}.{name}", PolicyCheck.UnknownName, $"there is no problem code {code}");
        }

        if (predicate is Predicate.Test test)
            CheckTest(test, path);
        else
            CheckParts(node, path);
    }

    private bool CheckParts(JsonElement node, string path)
    {
        var before = findings.Count;
        if (node.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var form in s_groups)
        {
            foreach (var (part, where) in Each(node, form, path))
                CheckPredicate(part, where);
        }

        if (node.TryGetProperty("not", out var negated))
            CheckPredicate(negated, $"{path}.not");
        return findings.Count > before;
    }

    private void CheckTest(Predicate.Test test, string path)
    {
        if (Fact.Find(test.Fact) is not { } fact)
        {
            Add($"{path}.fact", PolicyCheck.UnknownName, $"there is no fact {test.Fact}; one of {string.Join(", ", Fact.All.Select(one => one.Name))}");
            return;
        }

        if (!test.Of.Suits(fact.Kind))
            Add(path, PolicyCheck.Value, $"the fact {fact.Name} cannot be tested so");
        switch (test.Of)
        {
            case FactTest.OneOf codes when fact.CodeList is { } list:
                foreach (var code in codes.Codes.Where(code => !(fact.Name == Fact.Category ? _categories.Contains(code) : names.Of(list).ContainsKey(code))))
                    Add(path, PolicyCheck.UnknownName, $"there is no {code} in the list {list}");
                break;
            case FactTest.Between { Least: { } least, Most: { } most } when least > most:
                Add(path, PolicyCheck.Value, "the lower bound is above the upper");
                break;
            case FactTest.Within { Window: not PolicyPack.TempAidWindow } within:
                Add($"{path}.within", PolicyCheck.UnknownName, $"there is no window {within.Window}");
                break;
            case FactTest.WithinMonths { Months: < 1 }:
                Add($"{path}.withinMonths", PolicyCheck.Value, "a window has at least one month");
                break;
        }
    }

    private void Known(JsonElement value, string path, Func<string, bool> isKnown, string what)
    {
        if (value.ValueKind != JsonValueKind.String || !isKnown(value.GetString()!)) // a string has a text
            Add(path, PolicyCheck.UnknownName, $"there is no {what} {value}");
    }

    private DateOnly? DayOf(JsonElement node, string name, string path)
    {
        if (!node.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Add(path, PolicyCheck.Value, "a day is written 2026-01-31");
        return null;
    }

    private static IEnumerable<(JsonElement Item, string Path)> Each(JsonElement node, string name, string path = "") =>
        node.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((item, i) => (item, $"{JsonPlaces.Joined(path, name)}[{i}]"))
            : [];

    private static string? Text(JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private void Add(string path, string code, string text) =>
        findings.Add(new PolicyFinding(file, path, places.LineOf(path), code, text));

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex KindCode();

    [GeneratedRegex("^LI[0-9]{1,2}$")]
    private static partial Regex CategoryCode();
}
