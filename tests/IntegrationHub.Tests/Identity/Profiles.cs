using IntegrationHub.Contracts.Canonical;
using IntegrationHub.Identity.Linkage;
using IntegrationHub.Policy;

namespace IntegrationHub.Tests.Identity;

/// <summary>People to compare, all of the unallocated area 410499.</summary>
internal static class Profiles
{
    public static readonly IdentityRules Rules = new("2026-11", CertainAt: 16, ReviewAt: 3, ReviewShare: 0.019, BlockCap: 40);

    public static string IdOf(string birth, int sequence)
    {
        var digits = $"410499{birth}{sequence:000}";
        return digits + ResidentId.CheckCharacterFor(digits);
    }

    public static Profile Someone(int key = 1) => new()
    {
        Key = new Guid(key, 0, 0, new byte[8]),
        Standing = IdStanding.Full,
        IdNo = IdOf("19760512", 103),
        Name = "欧阳示例",
        Sex = "1",
        BornOn = new DateOnly(1976, 5, 12),
        Households = ["H1"],
        Divisions = ["410423101"],
        Phones = [new Guid(7, 0, 0, new byte[8])],
        Namesakes = 2,
    };

    public static Profile WithoutId(this Profile profile) => profile with { Standing = IdStanding.None, IdNo = null };

    public static LinkageEdge Judge(Profile one, Profile other, long people = 100_000)
    {
        var comparison = ProfileComparison.Compare(one, other);
        var score = LinkageScore.Of(one, other, comparison, LinkageModel.Default, people);
        return LinkageRules.Decide(one, other, comparison, score, Rules);
    }
}
