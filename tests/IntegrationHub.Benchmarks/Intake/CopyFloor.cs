using Npgsql;

namespace IntegrationHub.Benchmarks.Intake;

/// <summary>
/// The floor: what one gets from psql and SQL alone. The first day is copied into a keyed table of text; the second
/// into a staging table, compared column by column, and the differences written back. One transaction a day.
/// </summary>
internal sealed class CopyFloor(string connectionString)
{
    private const string Encoding = "GB18030";
    private const string Columns =
        "household_ref, name, id_no, relation, sex, born_on, health, disability_no, labour, education";

    private const string CreateSql = """
        create table member (
            household_ref text not null,
            name          text,
            id_no         text not null,
            relation      text,
            sex           text,
            born_on       text,
            health        text,
            disability_no text,
            labour        text,
            education     text,
            gone          boolean not null default false,
            primary key (household_ref, id_no)
        )
        """;

    // Unlogged, without a key, with room for the hash join: as fast as a careful hand would make it.
    private const string StageSql = $"""
        set local work_mem = '256MB';
        create unlogged table staging as select {Columns} from member with no data;

        """;

    private const string CompareSql = $"""
        create unlogged table difference as
        select case when m.id_no is null then 'NEW' when s.id_no is null then 'GONE' else 'CHANGED' end as kind
             , coalesce(s.household_ref, m.household_ref) as household_ref
             , coalesce(s.id_no, m.id_no) as id_no
             , s.name, s.relation, s.sex, s.born_on, s.health, s.disability_no, s.labour, s.education
          from staging s
          full join member m on m.household_ref = s.household_ref and m.id_no = s.id_no
         where m.id_no is null
            or s.id_no is null
            or m.name          is distinct from s.name
            or m.relation      is distinct from s.relation
            or m.sex           is distinct from s.sex
            or m.born_on       is distinct from s.born_on
            or m.health        is distinct from s.health
            or m.disability_no is distinct from s.disability_no
            or m.labour        is distinct from s.labour
            or m.education     is distinct from s.education;

        """;

    private const string WriteBackSql = $"""
        insert into member ({Columns})
        select {Columns}
          from difference
         where kind <> 'GONE'
            on conflict (household_ref, id_no) do update
           set name          = excluded.name
             , relation      = excluded.relation
             , sex           = excluded.sex
             , born_on       = excluded.born_on
             , health        = excluded.health
             , disability_no = excluded.disability_no
             , labour        = excluded.labour
             , education     = excluded.education
             , gone          = false;
        update member m
           set gone = true
          from difference d
         where d.kind = 'GONE'
           and d.household_ref = m.household_ref
           and d.id_no = m.id_no;
        select kind || ' ' || count(*) from difference group by kind order by kind;

        """;

    /// <summary>Untimed: the table is there before the first file comes.</summary>
    public async Task Create(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(CreateSql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task FirstLoad(MemberFile file, CancellationToken cancellationToken)
    {
        var written = await PsqlCommand.Run(
            connectionString, Encoding, Copy("member", file) + "select count(*) from member;\n", cancellationToken);
        Expect($"{file.Rows}\n", written);
    }

    public async Task Resync(MemberFile file, CancellationToken cancellationToken)
    {
        var script = StageSql + Copy("staging", file) + "analyze staging;\n" + CompareSql + WriteBackSql;
        var written = await PsqlCommand.Run(connectionString, Encoding, script, cancellationToken);
        Expect($"CHANGED {file.Changed}\nGONE {file.Gone}\nNEW {file.New}\n", written);
    }

    private static string Copy(string table, MemberFile file) =>
        $"\\copy {table} ({Columns}) from '{file.Path}' with (format csv, header)\n";

    private static void Expect(string expected, string written)
    {
        if (written != expected)
            throw new BenchmarkFailedException($"The floor did other work: {written}instead of {expected}");
    }
}
