using IntegrationHub.Testing.Demo;
using Npgsql;

namespace IntegrationHub.EndToEndTests;

/// <summary>Reads a hub's database as an independent checker: plain SQL, no code of the hub.</summary>
internal static class HubBooks
{
    /// <summary>The business state: what the hub believes, said and released. No ids made at random, no times of work.</summary>
    private static readonly Dictionary<string, string> s_views = new()
    {
        ["households"] = "select source_key, household_ref, head_key, division, member_count, category, ended, version from identity.household",
        ["members"] = """
            select source_key, household_ref, person_key, relation, name_index, rule, born_on, sex, ended, version, content_hash
              from identity.member
            """,
        ["recognitions"] = "select source_key, person_key, household_ref, category, recognised_on, ended_on, ended, version from identity.recognition",
        ["government aid"] = "select source_key, person_key, period, amount, paid_on, status, ended, version from aid.gov_aid",
        ["charity aid"] = "select aid_id, version, uscc, referral_id, kind, form, amount, status, field_hash, reported_at is null from aid.charity_aid",
        ["consents"] = "select consent_id, sequence, person_key, type, purposes, items, recipients, actions from consent.event",
        ["needs"] = "select need_id, need_ref, person_key, kind, hardship, amount, division, status, priority, version from referrals.need",
        ["referrals"] = "select referral_id, need_id, state, attempt, uscc from referrals.referral",
        ["attempts"] = "select referral_id, attempt, uscc, state from referrals.attempt",
        ["releases"] = "select referral_id, attempt, person_key, uscc, items, consent_id, consent_sequence, policy_version from disclosure.release",
        ["files"] = """
            select f.name, f.type, f.state, f.code, f.rows, f.unchanged, f.parsed, f.quarantined, f.ended
                 , (select coalesce(sum(c.applied), 0) from intake.chunk c where c.file_id = f.file_id)
                 , (select coalesce(sum(c.held + c.failed), 0) from intake.chunk c where c.file_id = f.file_id)
              from intake.file f where f.name like 'DSR%' or f.name like 'API_XQ%' or f.name like 'API_TY%'
            """,
        ["quarantine"] = "select f.name, q.row_number, q.codes, q.columns from intake.quarantine q join intake.file f using (file_id)",
        ["row states"] = """
            select s.type, s.area, s.known_rows, s.last_as_of, s.last_seq, s.last_rows
                 , (select coalesce(sum(r.entries), 0) from intake.row_segment r where r.stream_id = s.stream_id)
              from intake.stream s
            """,
        // The id of a recall or correction comes from its release's, which is new in every life of the nights.
        ["events told"] = """
            select s.uscc, case when d.type not in ('recall.issued', 'correction.issued') then d.event_id end, d.type, d.state
              from subscriptions.delivery d
              join subscriptions.subscription s using (subscription_id)
            """,
    };

    /// <summary>Every part of the business state as sorted lines, one a row.</summary>
    public static async Task<Dictionary<string, string[]>> State(HubWorld world, CancellationToken cancellationToken)
    {
        var state = new Dictionary<string, string[]>();
        foreach (var (name, view) in s_views)
        {
            state[name] = await Scalar<string[]>(
                world,
                $"select coalesce(array_agg(line order by line), '{{}}') from (select v::text as line from ({view}) v) lines",
                cancellationToken);
        }

        return state;
    }

    public static async Task<T> Scalar<T>(HubWorld world, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken) ?? throw new InvalidOperationException($"No row: {sql}"));
    }

    public static async Task Execute(HubWorld world, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Waits until a condition in the database holds; looking every few milliseconds is how a moment is caught.</summary>
    public static async Task Until(HubWorld world, string condition, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            await using var command = new NpgsqlCommand($"select {condition}", connection);
            if (await command.ExecuteScalarAsync(limit.Token) is true)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(3), limit.Token);
        }
    }

    /// <summary>Every table of a schema as text, for searching.</summary>
    public static async Task<string> Dump(HubWorld world, string schema, CancellationToken cancellationToken)
    {
        var text = new System.Text.StringBuilder();
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("select table_name from information_schema.tables where table_schema = $1", connection))
        {
            list.Parameters.Add(new NpgsqlParameter { Value = schema });
            await using var row = await list.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                tables.Add(row.GetString(0));
        }

        foreach (var table in tables)
        {
            await using var read = new NpgsqlCommand($"select t::text from \"{schema}\".\"{table}\" t", connection);
            await using var row = await read.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                text.AppendLine(row.GetString(0));
        }

        return text.ToString();
    }
}
