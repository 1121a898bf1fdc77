using IntegrationHub.Testing.Demo;

namespace IntegrationHub.EndToEndTests;

/// <summary>What a province may send wrongly in one night: each file is held or ignored with its code, and the night goes on.</summary>
public sealed class BadFilesTests(TestServers servers)
{
    [Fact]
    public async Task D10_bad_files_are_held_whole_and_the_night_goes_on()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var world = await servers.NewWorld(persons: 1_500, cancellationToken);
        await world.LiveNight(1, cancellationToken);
        var before = await MembersOf(world, "410421", cancellationToken);

        await world.Province.SetFaults(
            new { tornFile = "CY_410421", missingManifest = "HZ_410422", wrongDigest = "RD_410423", wrongCount = "FF_410421" },
            cancellationToken);
        var bad = await world.LiveNight(2, cancellationToken);

        Assert.Equal("file.torn", CodeOf(bad, "DSR_CY_410421"));
        Assert.Equal("file.no_manifest", CodeOf(bad, "DSR_HZ_410422"));
        Assert.Equal("file.digest", CodeOf(bad, "DSR_RD_410423"));
        Assert.Equal("file.rows", CodeOf(bad, "DSR_FF_410421"));
        Assert.All(
            bad.Files.Where(file => file.Code is not null && file.Code != "file.sequence"),
            file => Assert.Equal((file.Rows, 0L, 0L), (file.Held, file.Applied, file.Parsed)));
        Assert.Equal(before, await MembersOf(world, "410421", cancellationToken));
        Assert.True(bad.Files.Count(file => file.Code is null && file.Applied > 0) > 5);
        Assert.Equal(0, bad.Differences);
        Assert.Equal("ok", bad.Verify);

        await world.Province.SetFaults(new { sendAgain = true }, cancellationToken);
        var again = await world.LiveNight(3, cancellationToken);

        Assert.Contains(again.Files, file => file.Code == "file.duplicate" && file.Unchanged == file.Rows && file.Applied == 0);
        Assert.All(again.Files, file => Assert.Equal(file.Rows, file.Unchanged + file.Applied + file.Quarantined + file.Held));
        Assert.Equal(0, again.Differences);
    }

    private static string? CodeOf(NightReport night, string start) =>
        night.Files.Single(file => file.Name.StartsWith(start, StringComparison.Ordinal)).Code;

    private static Task<string> MembersOf(HubWorld world, string county, CancellationToken cancellationToken) => HubBooks.Scalar<string>(
        world,
        $"""
        select coalesce(md5(string_agg(md5(r.body), '|' order by r.segment_id)), '')
          from intake.row_segment r
          join intake.stream s using (stream_id)
         where s.type = 'CY' and s.area = '{county}'
        """,
        cancellationToken);
}
