using IntegrationHub.Database;

namespace IntegrationHub.Identity;

/// <summary>How many records of each kind the identity station holds about a person.</summary>
public sealed record Holdings
{
    public required long Members { get; init; }
    public required long Households { get; init; }
    public required long Recognitions { get; init; }

    /// <summary>What those said before they changed or ended.</summary>
    public required long Past { get; init; }

    /// <summary>Questions whether two records are one person, and the answers.</summary>
    public required long Reviews { get; init; }
    public IReadOnlyList<string> Categories { get; init; } = [];

    public long All => Members + Households + Recognitions + Past + Reviews;
}

/// <summary>Counts what is held about a person, without opening anything.</summary>
public static class PersonHoldings
{
    internal const string CountsSql = """
        select (select count(*) from identity.member where person_key = any ($1))
             , (select count(*) from identity.household where head_key = any ($1))
             , (select count(*) from identity.recognition where person_key = any ($1))
             , (select count(*) from identity.past_member where person_key = any ($1))
               + (select count(*) from identity.past_household where head_key = any ($1))
               + (select count(*) from identity.past_recognition where person_key = any ($1))
             , (select count(*) from identity.review where one_person = any ($1) or other_person = any ($1))
        """;

    public static async Task<Holdings> Of(
        HubTransaction work, PersonKeys person, DateOnly day, CancellationToken cancellationToken)
    {
        var counted = (await work.Query(
            CountsSql, [Parameter.As(person.Keys.ToArray())],
            row => new Holdings
            {
                Members = row.GetInt64(0),
                Households = row.GetInt64(1),
                Recognitions = row.GetInt64(2),
                Past = row.GetInt64(3),
                Reviews = row.GetInt64(4),
            },
            cancellationToken)).Single();
        return counted with { Categories = await PersonBook.Categories(work, person, day, cancellationToken) };
    }
}
