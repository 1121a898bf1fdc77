namespace IntegrationHub.IntegrationTests.Intake;

/// <summary>
/// What the hub believes, compared table by table: every column but sealed bytes, which are different each time they are
/// sealed, and when something was learnt (versions, instants), which a late file rightly changes.
/// </summary>
internal static class BusinessState
{
    private static readonly string[] s_tables =
        ["identity.household", "identity.member", "identity.recognition", "aid.gov_aid", "consent.event", "referrals.need"];

    public static async Task<Dictionary<string, string>> Of(NightWorld world)
    {
        var state = new Dictionary<string, string>();
        foreach (var table in s_tables)
        {
            var columns = await world.Ask(
                $"""
                select coalesce(string_agg(quote_ident(attname), ', ' order by attname), 'null')
                  from pg_attribute
                 where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped
                   and atttypid not in ('bytea'::regtype, 'timestamptz'::regtype)
                   and attname not in ('version', 'linked', 'since')
                """);
            state[table] = await world.Ask(
                $"select count(*) || ' rows ' || coalesce(md5(string_agg(line, '|' order by line)), '') from (select row({columns})::text as line from {table}) lines");
        }

        state["row states"] = string.Join('\n', await world.Remembered());
        return state;
    }
}
