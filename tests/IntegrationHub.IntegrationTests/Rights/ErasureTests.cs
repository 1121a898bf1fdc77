using System.Text;
using IntegrationHub.Contracts;
using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity;
using IntegrationHub.Intake;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Intake;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using IntegrationHub.Pipeline.Rights;
using IntegrationHub.Policy;
using IntegrationHub.Protection;
using Microsoft.Extensions.Options;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Rights;

/// <summary>P13: after an erasure nothing names the person, nothing sealed opens, and the evidence still stands.</summary>
public sealed class ErasureTests(HubDatabases databases)
{
    /// <summary>Each sealed or secret column, and what an erasure does about it (docs/adr/2611-erasure-and-retention.md).</summary>
    private static readonly string[] s_known =
    [
        "audit.entry.hash", "audit.entry.previous_hash", "audit.head.hash", "audit.root.head", "audit.root.previous",
        "audit.root.signature", "audit.signing_key.public_key",                    // hashes of codes and references
        "disclosure.claim.key_hash", "subscriptions.api_key.key_hash", "intake.idempotency.body_hash", "policy.pack.digest", "policy.proposal.digest",
        "disclosure.release.digest", "disclosure.release_file.digest",             // of the whole answer: evidence
        "disclosure.file_key.certificate", "disclosure.file_key.thumbprint",       // an organisation's, not a person's
        "identity.household.sealed", "identity.member.sealed", "referrals.need.sealed", // emptied or deleted
        "referrals.reverse_referral.sealed",
        "intake.chunk.body", "intake.repair.sealed", "failures.failed_message.body",    // looked through
        "intake.row_segment.body",                                                 // hidden hashes of rows, no values
        "outbox.message.body",                                                     // references and codes
        "protection.subject_key.wrapped",                                          // destroyed
        "subscriptions.subscription.secret", "subscriptions.former_secret.secret",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P13_after_an_erasure_no_number_and_no_name_stands_anywhere_and_nothing_sealed_opens()
    {
        await using var world = await Lived();
        var id = Province.IdOf(3);
        Assert.True(await StandsSomewhere(world, id)); // plain, in the copies of taken files: the search can find

        var report = await Shred(world, id);

        var done = Assert.IsType<ErasureReport.Done>(report);
        Assert.Equal((0, 0), (done.Proof.Opened, done.Proof.StillFound));
        Assert.True(done.Proof is { SealedValues: >= 1, KeysTried: > 20, ArchivedFiles: >= 2 }, $"{done.Proof}");
        Assert.Equal(1, done.Proof.Destroyed["subject keys"]);
        Assert.False(await StandsSomewhere(world, id));
        Assert.False(await StandsSomewhere(world, "户主丄"));
        Assert.Equal("0", await world.Ask($"select count(*) from identity.member where person_key = '{done.PersonKey}'"));
        Assert.Equal("0", await world.Ask($"select count(*) from identity.household where head_key = '{done.PersonKey}' and (length(sealed) > 0 or phone_index is not null)"));
        Assert.Equal("1", await world.Ask("select count(*) from rights.erasure where state = 'DONE' and proof is not null and approved_by = 'second'"));
    }

    [Fact]
    public async Task P13_a_copy_that_was_left_somewhere_is_found_by_the_search_and_by_the_proof()
    {
        await using var world = await Lived();
        var id = Province.IdOf(3);
        await world.Run($"update intake.file set detail = 'left {id}' where file_id = 1");
        await Shred(world, id);

        Assert.True(await StandsSomewhere(world, id));
        await world.Run("update intake.file set detail = null where file_id = 1");
        Assert.False(await StandsSomewhere(world, id));

        await using var work = await world.Hub.Begin(Token);
        var stores = world.Get<ErasureStores>();
        var words = new PersonWords([id], []);
        Assert.Equal(0, await stores.StillFound(work, words, Token));
        await RepairStore.Add(
            work, world.Get<Keyring>(), 1, [new RepairedRow(99, [new Repair("身份证号", "form", $"{id} ", id)])], Token);
        Assert.Equal(1, await stores.StillFound(work, words, Token));
    }

    [Fact]
    public async Task P13_every_key_of_the_hub_is_tried_and_one_that_fits_is_noticed()
    {
        await using var world = await Lived();
        await using var work = await world.Hub.Begin(Token);
        var keyring = world.Get<Keyring>();
        var sealedValues = await work.Query("select sealed from identity.member limit 3", [], row => row.GetFieldValue<byte[]>(0), Token);

        Assert.Equal(3, (await SubjectKeys.TryAll(work, keyring, sealedValues, Token)).Opened);
        Assert.Equal(1, (await SubjectKeys.TryAll(work, keyring, [keyring.SealForStore("x"u8)], Token)).Opened);
    }

    [Fact]
    public async Task P13_later_rows_and_rows_read_again_of_an_erased_person_are_held_and_the_files_still_add_up()
    {
        await using var world = await Lived();
        var id = Province.IdOf(3);
        await Shred(world, id);
        var members = new SentFile("CY", "410497", 4, [$"H3,户主改,{id},02,1,{id[6..14]},,,,", $"H30,新人,{Province.IdOf(777)},02,{Sex(777)},{Province.IdOf(777)[6..14]},,,,"])
        {
            Name = "DSR_CY_410497_20260304_D_0004.csv",
        };
        members.Drop(world.DropFolder);

        var files = await world.Night(4);

        Assert.Equal((1L, 1L), (files[0].Applied, files[0].Quarantined));
        Assert.Equal("person.erased", await world.Ask("select codes[1] from intake.quarantine where state = 'OPEN' and codes[1] = 'person.erased'"));
        await world.AssertConserved();
        await world.RunAgain(new QuarantineFilter { Code = "person.erased" });
        Assert.Equal("0", await world.Ask($"select count(*) from protection.subject_key where person_key = '{KeyOf(world, id)}'"));

        Assert.True(await world.Get<ErasureDesk>().Readmit(Order(id, "first"), Token));
        await world.RunAgain(new QuarantineFilter { Code = "person.erased" });
        Assert.Equal("1", await world.Ask($"select count(*) from identity.member where person_key = '{KeyOf(world, id)}'"));
        await world.AssertConserved();
    }

    [Fact]
    public async Task P13_a_chunk_that_waits_is_written_anew_without_the_person_and_one_that_comes_later_is_not_let_in()
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);
        var waiting = await Land(world, 1, 5);
        await desk.Shred(1, "first");
        await desk.Shred(1, "second");
        var later = await Land(world, 1, 6);

        await Process(world, waiting, later);

        Assert.Equal($"{world.KeyOf(5)} {world.KeyOf(6)}", await Join(world, "select person_key from identity.member where household_ref = 'HX' order by version, person_key", 5, 6));
        Assert.Equal("1 person.erased", await world.Database.Ask("select count(*), min(code) from pipeline.held_record"));
        Assert.Equal("0", await world.Database.Ask($"select count(*) from protection.subject_key where person_key = '{world.KeyOf(1)}'"));
    }

    [Fact]
    public async Task P13_a_failed_record_of_the_person_is_emptied_and_a_neighbours_is_not()
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);
        await using (var work = await world.Database.Hub.Begin(Token))
        {
            foreach (var person in new[] { 1, 5 })
            {
                var body = world.Keys.SealForStore(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Member(world, person, 9), System.Text.Json.JsonSerializerOptions.Web));
                await IntegrationHub.Failures.FailureStore.Record(
                    work, new IntegrationHub.Failures.FailedRecord(Guid.CreateVersion7(), "MemberRecord", new InvalidDataException("x"), body), world.Time.GetUtcNow(), Token);
            }

            await work.Commit(Token);
        }

        await desk.Shred(1, "first");
        await desk.Shred(1, "second");

        Assert.Equal("1 1", await world.Database.Ask("select count(*) filter (where state = 'ERASED' and length(body) = 0), count(*) filter (where state = 'NEW' and length(body) > 0) from failures.failed_message"));
    }

    [Fact]
    public async Task P13_two_people_and_a_reason_are_needed_and_the_first_call_destroys_nothing()
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);

        Assert.Equal("reason.missing", await CodeOf(() => desk.Desk.Shred(new RightsOrder(new PersonReference.Key(world.KeyOf(1)), "first", ""), Token)));
        Assert.IsType<ErasureReport.Proposed>(await desk.Shred(1, "first"));
        Assert.Equal("shred.same_person", await CodeOf(() => desk.Shred(1, "first")));
        Assert.Equal("1", await world.Database.Ask($"select count(*) from protection.subject_key where person_key = '{world.KeyOf(1)}'"));
        Assert.IsType<ErasureReport.Done>(await desk.Shred(1, "second"));
        Assert.Equal("person.not_found", await CodeOf(() => desk.Shred(77, "first")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P14_a_legal_hold_on_the_person_or_a_referral_wins_until_it_is_lifted(bool onPerson)
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);
        await world.Accepted();
        await world.Agree(Withdrawal(ToClass(), world.Time.GetUtcNow()), Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));
        var holds = new LegalHolds(world.Database.Hub, world.Finder, world.Time);
        HoldSubject subject = onPerson
            ? new HoldSubject.OfPerson(new PersonReference.Need("XQ-1"))
            : new HoldSubject.OfReferral(world.ReferralOf("XQ-1"));
        await desk.Shred(1, "first");
        await holds.Set(subject, "court", "case 7", Token);

        Assert.Equal("hold.active", await CodeOf(() => desk.Shred(1, "second")));
        Assert.Equal("hold.exists", await CodeOf(() => holds.Set(subject, "court", "case 7", Token)));
        await holds.Lift(subject, "court", "closed", Token);
        Assert.IsType<ErasureReport.Done>(await desk.Shred(1, "second"));
        Assert.Equal("hold.not_found", await CodeOf(() => holds.Lift(subject, "court", "closed", Token)));
    }

    [Fact]
    public async Task P13_evidence_stays_verify_passes_and_the_statement_still_tells_of_every_send()
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);
        await world.Accepted();
        await world.Claims.Claim(Calling(County), world.ReferralOf("XQ-1"), 1, ["name", "phone"], Token);
        Assert.Equal("shred.consent_active", await CodeOf(() => desk.Shred(1, "first")));
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.Agree(Withdrawal(ToClass(), world.Time.GetUtcNow()), Withdrawal(Named("TY-2", County), world.Time.GetUtcNow()));
        await desk.Shred(1, "first");

        await desk.Shred(1, "second");

        var proven = Assert.IsType<Verification.Proven>(
            await new HubVerification(world.Database.Hub, PolicyFile.Book(Path.Combine(AppContext.BaseDirectory, "contracts")), world.Time).Verify(Token));
        Assert.Equal(1, proven.Releases);
        var statement = await new StatementDesk(world.Database.Hub, world.Finder, world.Time)
            .Make(new RightsOrder(new PersonReference.Need("XQ-1"), "desk", "asked"), Token);
        Assert.Equal((1, 0L), (statement.Sends, statement.Holdings.Members));
        Assert.Equal(world.Time.GetUtcNow(), statement.ErasedAt);
        var dump = await world.Database.Dump();
        Assert.All([IdOf(1), Name, Phone, "手术后自付部分仍有困难"], word => Assert.DoesNotContain(word, dump, StringComparison.Ordinal));
        Assert.Equal("0", await world.Database.Ask("select count(*) from disclosure.release where item_digests is not null"));
        Assert.Equal("0", await world.Database.Ask("select count(*) from identity.household where length(sealed) > 0 or phone_index is not null"));
        Assert.Equal("CLOSED", await world.Database.Ask("select status from referrals.need"));
    }

    [Fact]
    public async Task Scenario_12_a_number_that_two_people_claim_is_not_erased_for_one_of_them()
    {
        await using var world = await ReferralWorld.Open(databases);
        using var desk = DeskOf(world);
        await Process(world, await Land(world, 1));

        Assert.Equal("shred.contested", await CodeOf(() => desk.Shred(1, "first")));
    }

    [Fact]
    public async Task Every_sealed_column_is_known_to_the_erasure()
    {
        await using var world = await ReferralWorld.Open(databases);

        var columns = await world.Database.Ask(
            """
            select string_agg(table_schema || '.' || table_name || '.' || column_name, ' ' order by table_schema, table_name, column_name)
              from information_schema.columns
             where data_type = 'bytea' and table_schema not in ('pg_catalog', 'information_schema', 'hangfire')
            """);

        Assert.Equal(s_known.Order(StringComparer.Ordinal), columns.Split(' ').Order(StringComparer.Ordinal));
    }

    private async Task<NightWorld> Lived()
    {
        var world = await NightWorld.Create(databases);
        var province = new Province(7, 12);
        for (var night = 1; night <= 2; night++)
        {
            province.Night(night).ForEach(file => file.Drop(world.DropFolder));
            await world.Night(night);
        }

        return world;
    }

    // Rows, files and everything else that lies on disk beside the database.
    private static async Task<bool> StandsSomewhere(NightWorld world, string word)
    {
        if ((await world.Dump()).Contains(word, StringComparison.Ordinal))
            return true;
        byte[][] forms = [Encoding.UTF8.GetBytes(word), CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetBytes(word)];
        return Directory.EnumerateFiles(world.Folder, "*", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes)
            .Any(bytes => forms.Any(form => bytes.AsSpan().IndexOf(form) >= 0));
    }

    private static async Task<ErasureReport> Shred(NightWorld world, string id)
    {
        var desk = world.Get<ErasureDesk>();
        await desk.Shred(Order(id, "first"), Token);
        return await desk.Shred(Order(id, "second"), Token);
    }

    private static RightsOrder Order(string id, string by) =>
        new(PersonReference.Read("-", new StringReader(id)), by, "asked to be forgotten");

    private static Guid KeyOf(NightWorld world, string id) => world.Get<Keyring>().PersonKey("resident-id", id);

    private static string Sex(int number) => (Province.IdOf(number)[16] - '0') % 2 == 1 ? "1" : "2";

    private static MemberRecord Member(ReferralWorld world, int person, int version) => new()
    {
        SourceKey = world.SourceKey($"CX{person}"),
        Version = version,
        ContentHash = Guid.Empty,
        HouseholdRef = "HX",
        IdNo = IdOf(person),
        Name = $"另名{person}",
        BornOn = new DateOnly(1976, 5, 12),
    };

    private static async Task<Guid> Land(ReferralWorld world, params int[] people)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        await world.Get<RecordInbox>().Land(work, null, null, [.. people.Select(person => Member(world, person, 9))], Token);
        var chunk = await work.Query("select chunk_id from intake.chunk order by chunk_id desc limit 1", [], row => row.GetGuid(0), Token);
        await work.Commit(Token);
        return chunk.Single();
    }

    private static async Task Process(ReferralWorld world, params Guid[] chunks)
    {
        foreach (var chunk in chunks)
        {
            var message = await world.Database.Ask($"select message_id from outbox.message where convert_from(body, 'UTF8') like '%{chunk}%'");
            Assert.True(await world.Get<ChunkPipeline>().Process(Guid.Parse(message), chunk, Token));
        }
    }

    private static async Task<string> Join(ReferralWorld world, string sql, params int[] people)
    {
        await using var work = await world.Database.Hub.Begin(Token);
        var found = await work.Query(sql, [], row => row.GetGuid(0), Token);
        return string.Join(' ', people.Select(world.KeyOf).Where(found.Contains).Concat(found.Except(people.Select(world.KeyOf))));
    }

    private static DeskInWorld DeskOf(ReferralWorld world) => new(world);

    private static async Task<string> CodeOf(Func<Task> act) => (await Assert.ThrowsAsync<HubProblemException>(act)).Code;

    private sealed class DeskInWorld(ReferralWorld world) : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("erasure");

        public ErasureDesk Desk => new(
            world.Database.Hub, world.Finder,
            new ErasureStores(world.Keys, new Archive(world.Keys, Options.Create(new ArchiveOptions { Folder = _folder.FullName })), [], world.Time),
            world.Get<IdentityStation>(), world.Keys, world.Time);

        public Task<ErasureReport> Shred(int person, string by) =>
            Desk.Shred(new RightsOrder(new PersonReference.Key(world.KeyOf(person)), by, "asked to be forgotten"), Token);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
