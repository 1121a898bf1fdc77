using System.Text;
using IntegrationHub.Policy;
using IntegrationHub.Tests.Architecture;

namespace IntegrationHub.Tests.Policy;

/// <summary>The pack of the software, and needs to ask it about.</summary>
internal static class Packs
{
    public static readonly string Folder = Path.Combine(Repository.Root, "contracts");

    public static readonly DateOnly Day = new(2026, 3, 2);

    public static string Text { get; } = Encoding.UTF8.GetString(PolicyFile.In(Folder)[0].Body);

    public static PolicyPack Pack { get; } = PolicyFile.Book(Folder).On(Day)!; // in force since January

    /// <summary>What every need has, for a person of forty in a household on the allowance.</summary>
    public static NeedFacts Need { get; } = new(Day, new Dictionary<string, FactValue?>
    {
        [Fact.Ground] = FactValue.Of("STILL_IN_HARDSHIP"),
        [Fact.Reason] = FactValue.Of(Fact.Yes),
        [Fact.GovAidStatus] = FactValue.Of("RECEIVING"),
        [Fact.Channel] = FactValue.Of("OFFLINE"),
        [Fact.SubjectStatus] = FactValue.Of("REGISTERED"),
        [Fact.Category] = FactValue.Of("LI1"),
        [Fact.Age] = FactValue.Of((decimal?)40),
        [Fact.LabourAbility] = FactValue.Of("1"),
        [Fact.Confirmed] = FactValue.Of((bool?)true),
        [Fact.EducationStage] = FactValue.Of("ES5"),
        [Fact.CostTotal] = FactValue.Of((decimal?)50_000),
        [Fact.BasicInsurance] = FactValue.Of((decimal?)25_000),
        [Fact.CriticalInsurance] = FactValue.Of((decimal?)6_000),
        [Fact.MedicalAssistance] = FactValue.Of((decimal?)0),
        [Fact.Residual] = FactValue.Of((decimal?)19_000),
        [Fact.Cause] = FactValue.Of("ACCIDENT"),
        [Fact.Beneficiary] = FactValue.Of("PERSON"),
    });

    public static string? Objection(string kind, NeedFacts facts) => EligibilityRules.Decide(Pack, kind, facts).Objection;

    /// <summary>The pack with a part of its text changed; the change must be there to be made.</summary>
    public static byte[] With(string was, string becomes)
    {
        var at = Text.IndexOf(was, StringComparison.Ordinal);
        Assert.True(at >= 0, was);
        return Encoding.UTF8.GetBytes(string.Concat(Text.AsSpan(0, at), becomes, Text.AsSpan(at + was.Length)));
    }
}
