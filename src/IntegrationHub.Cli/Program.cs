using System.CommandLine;
using IntegrationHub.Cli;
using IntegrationHub.Cli.Verbs;

var root = new RootCommand("IntegrationHub: exchange between civil affairs and charities. 民政与慈善数据交换。")
{
    MigrateVerb.Create(),
    SyncVerbs.Create(),
    QuarantineVerbs.Create(),
    QualityVerb.Create(),
    LayoutVerbs.Create(),
    HeldVerbs.Create(),
    ConsentVerbs.Create(),
    DeathVerb.Create(),
    ReferralVerbs.Create(),
    PolicyVerbs.Create(),
    ReviewVerbs.Create(),
    NoticeVerbs.CreateRecall(),
    NoticeVerbs.CreateCorrection(),
    ReverseVerbs.Create(),
    ReleaseVerbs.Create(),
    SubscriptionVerbs.Create(),
    SubscriberCheckVerb.Create(),
    ReconcileVerbs.Create(),
    FailedVerbs.Create(),
    RedriveVerbs.Create(),
    BriefingVerb.Create(),
    AidVerbs.CreateAlert(),
    AidVerbs.CreateAid(),
    AidVerbs.CreateFund(),
    StatusVerb.Create(),
    AuditVerbs.Create(),
    VerifyVerb.Create(),
    StatementVerb.Create(),
    ShredVerb.Create(),
    HoldVerbs.Create(),
    IncidentVerbs.Create(),
    RetentionVerbs.Create(),
};
root.Add(Answer.JsonOption);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
    return Usage.Explain(parsed);
return await parsed.InvokeAsync();
