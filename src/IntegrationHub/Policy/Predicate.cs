using System.Text.Json.Serialization;

namespace IntegrationHub.Policy;

/// <summary>
/// A rule as data: <c>all</c>, <c>any</c>, <c>not</c> and tests of single facts, nothing else
/// (docs/adr/2611-eligibility-as-data.md). Every expression has an answer for every need, and the answer names the part
/// that gave it.
/// </summary>
[JsonConverter(typeof(PredicateJson))]
public abstract record Predicate
{
    /// <summary>Said when no part of an expression has a reason of its own.</summary>
    public const string NotEligible = "need.not_eligible";

    private Predicate()
    {
    }

    /// <summary>The code to say when it does not hold; a part without one speaks with the voice of its parent.</summary>
    public string? Else { get; init; }

    /// <summary>Holds for every need.</summary>
    public static Predicate Always { get; } = new All([]);

    /// <summary>Asks a need. <paramref name="path"/> is where this predicate stands in the pack.</summary>
    public Answer Ask(NeedFacts facts, PolicyPack pack, string path)
    {
        var answer = Answered(facts, pack, path);
        return answer is Answer.No { Reason: NotEligible } unnamed && Else is { } own ? unnamed with { Reason = own } : answer;
    }

    protected abstract Answer Answered(NeedFacts facts, PolicyPack pack, string path);

    /// <summary>Every part holds; the first that does not is the answer.</summary>
    public sealed record All(IReadOnlyList<Predicate> Parts) : Predicate
    {
        protected override Answer Answered(NeedFacts facts, PolicyPack pack, string path)
        {
            Answer answer = Answer.Yes;
            for (var i = 0; i < Parts.Count; i++)
            {
                var part = Parts[i].Ask(facts, pack, $"{path}.all[{i}]");
                if (part is Answer.No)
                    return part;
                if (part is Answer.Wait && answer is not Answer.Wait)
                    answer = part;
            }

            return answer;
        }
    }

    /// <summary>One part holds; if none does but one may yet, it waits; else the last is the answer.</summary>
    public sealed record Any(IReadOnlyList<Predicate> Parts) : Predicate
    {
        protected override Answer Answered(NeedFacts facts, PolicyPack pack, string path)
        {
            Answer? wait = null;
            Answer answer = new Answer.No(NotEligible, path);
            for (var i = 0; i < Parts.Count; i++)
            {
                answer = Parts[i].Ask(facts, pack, $"{path}.any[{i}]");
                if (answer == Answer.Yes)
                    return answer;
                wait ??= answer as Answer.Wait;
            }

            return wait ?? (Else is null ? answer : new Answer.No(NotEligible, path));
        }
    }

    public sealed record Negated(Predicate Part) : Predicate
    {
        protected override Answer Answered(NeedFacts facts, PolicyPack pack, string path) =>
            Part.Ask(facts, pack, $"{path}.not") switch
            {
                Answer.No => Answer.Yes,
                Answer.Wait wait => wait,
                _ => new Answer.No(NotEligible, path),
            };
    }

    /// <summary>
    /// A test of one fact. A fact that is not known does not pass, or is waited for where <paramref name="Wait"/> says so.
    /// </summary>
    public sealed record Test(string Fact, FactTest Of, string? Wait) : Predicate
    {
        protected override Answer Answered(NeedFacts facts, PolicyPack pack, string path) => facts[Fact] switch
        {
            null when Wait is { } reason => new Answer.Wait(reason, path),
            { } value when Of.Passes(value, facts.Day, pack) => Answer.Yes,
            _ => new Answer.No(NotEligible, path),
        };
    }
}

/// <summary>What a predicate says.</summary>
public abstract record Answer
{
    public static readonly Answer Yes = new Holds();

    private Answer()
    {
    }

    private sealed record Holds : Answer;

    public sealed record No(string Reason, string Path) : Answer;

    /// <summary>It cannot be said yet.</summary>
    public sealed record Wait(string Reason, string Path) : Answer;
}
