using System.Diagnostics;
using IntegrationHub.Contracts;
using IntegrationHub.IntegrationTests.Disclosure;
using IntegrationHub.IntegrationTests.Subscriptions;
using IntegrationHub.Pipeline;
using static IntegrationHub.IntegrationTests.Disclosure.ReferralWorld;

namespace IntegrationHub.IntegrationTests.Aid;

public sealed class AidQuestionsTests(HubDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task P21_nobody_can_tell_unknown_from_not_agreed_from_withdrawn_by_answer_or_by_work()
    {
        await using var world = await ReferralWorld.Open(databases);
        var referral = await world.Accepted();
        await world.RecordAid(referral);
        await world.Know(2);
        var questions = world.Get<AidQuestions>();

        Assert.Equal(new AidAnswer(true, "0-1000"), await questions.Ask(Calling(County), IdOf(1), "ZY", Token));
        Assert.Equal(AidAnswer.No, await questions.Ask(Calling(County), IdOf(1), "ZX", Token));
        var unknown = await Traced(() => questions.Ask(Calling(County), IdOf(77), "ZY", Token));
        var notAgreed = await Traced(() => questions.Ask(Calling(County), IdOf(2), "ZY", Token));
        var at = world.Time.GetUtcNow();
        await world.Agree(Withdrawal(ToClass(), at), Withdrawal(Named("TY-2", County), at));
        var withdrawn = await Traced(() => questions.Ask(Calling(County), IdOf(1), "ZY", Token));

        Assert.Equal([AidAnswer.No, AidAnswer.No, AidAnswer.No], [unknown.Answer, notAgreed.Answer, withdrawn.Answer]);
        Assert.NotEmpty(unknown.Statements);
        Assert.Equal(unknown.Statements, notAgreed.Statements);
        Assert.Equal(unknown.Statements, withdrawn.Statements);
        Assert.Equal("5", await world.Database.Ask("select count(*) from audit.entry where action = 'aid.asked'"));
        Assert.Equal("0", await world.Database.Ask($"select count(*) from audit.entry where (subject || detail::text) like '%{IdOf(1)}%'"));
    }

    [Fact]
    public async Task P21_who_probes_is_stopped_and_somebody_is_told()
    {
        await using var world = await ReferralWorld.Open(databases);
        var questions = world.Get<AidQuestions>();
        for (var person = 1; person <= AidQuestions.MostOfOrganisation; person++)
            await questions.Ask(Calling(County), IdOf(person), "ZY", Token);

        for (var more = 0; more < 20; more++)
        {
            Assert.Equal(
                "exists.too_many",
                (await Assert.ThrowsAsync<HubProblemException>(() => questions.Ask(Calling(County), IdOf(100 + more), "ZY", Token))).Code);
        }

        Assert.Equal("exists.probing 1", await world.Database.Ask("select min(code) || ' ' || count(*) from aid.alert"));
        await questions.Ask(Calling(City), IdOf(1), "ZY", Token);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        await questions.Ask(Calling(County), IdOf(1), "ZY", Token);
    }

    [Fact]
    public async Task P21_about_one_person_all_together_may_ask_so_often()
    {
        await using var world = await ReferralWorld.Open(databases);
        var questions = world.Get<AidQuestions>();
        for (var asked = 0; asked < AidQuestions.MostAboutOne; asked++)
            await questions.Ask(Calling(asked % 2 == 0 ? County : City), IdOf(1), "ZY", Token);

        Assert.Equal(
            "exists.too_many", (await Assert.ThrowsAsync<HubProblemException>(() => questions.Ask(Calling(City), IdOf(1), "ZY", Token))).Code);
        await questions.Ask(Calling(City), IdOf(2), "ZY", Token);
    }

    // The statements this question ran, in order: the work done is the same whoever is asked about.
    private static async Task<(AidAnswer Answer, List<string> Statements)> Traced(Func<Task<AidAnswer>> ask)
    {
        using var source = new ActivitySource("aid-questions");
        var statements = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = known => known.Name is "Npgsql" or "aid-questions",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivityTraceId trace = default;
        listener.ActivityStopped = stopped =>
        {
            if (stopped.TraceId == trace && stopped.Source.Name == "Npgsql"
                && (stopped.GetTagItem("db.query.text") ?? stopped.GetTagItem("db.statement")) is string text)
                lock (statements)
                    statements.Add(text);
        };
        ActivitySource.AddActivityListener(listener);
        using var root = source.StartActivity("ask");
        trace = root?.TraceId ?? default;
        return (await ask(), statements);
    }
}
