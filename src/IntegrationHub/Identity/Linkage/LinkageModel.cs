namespace IntegrationHub.Identity.Linkage;

/// <summary>
/// The probabilities of Fellegi and Sunter: how often each level of each field is seen between two records of one
/// person (m) and of two people (u). Level 0, nothing to compare, has none.
/// </summary>
internal sealed record LinkageModel
{
    private const double Least = 1e-9;

    /// <summary>By field and level; entry 0 of each is unused.</summary>
    public required double[][] M { get; init; }

    public required double[][] U { get; init; }

    /// <summary>What is believed before any data: what registers of this kind show, and generous to errors.</summary>
    public static LinkageModel Default { get; } = new()
    {
        M =
        [
            [0, 0.93, 0.025, 0.01, 0.005, 0.015, 0.015],
            [0, 0.955, 0.006, 0.02, 0.004, 0.015],
            [0, 0.99, 0.01],
            [0, 0.70, 0.15, 0.10, 0.05],
            [0, 0.6, 0.4],
            [0, 0.5, 0.5],
            [0, 0.20, 0.35, 0.12, 0.13, 0.20],
        ],
        U =
        [
            [0, 0.0005, 0.003, 0.03, 0.002, 0.01, 0.9545],
            [0, 0.00004, 0.00004, 0.0008, 0.00005, 0.99907],
            [0, 0.5, 0.5],
            [0, 0.02, 0.13, 0.35, 0.50],
            [0, 0.0005, 0.9995],
            [0, 0.0001, 0.9999],
            // Given that the birth dates agree, as they mostly do where this counts: only the sequence is left to differ.
            [0, 0.0005, 0.01, 0.002, 0.10, 0.8875],
        ],
    };

    /// <summary>The weight of a level in bits: positive speaks for one person.</summary>
    public double WeightOf(Field field, int level) =>
        level == 0 ? 0 : Math.Log2(Math.Max(M[(int)field][level], Least) / Math.Max(U[(int)field][level], Least));

    /// <summary>
    /// A fit may follow anything that splits pairs in two, such as housemates. It is believed only while a match mostly
    /// agrees in name and birth and sex, as matches do.
    /// </summary>
    public bool IsPlausible() =>
        M[(int)Field.Name][(int)NameLevel.Exact] > 0.6
        && M[(int)Field.Birth][(int)BirthLevel.Exact] > 0.6
        && M[(int)Field.Sex][(int)SexLevel.Same] > 0.9;
}

/// <summary>How often one comparison was seen.</summary>
internal readonly record struct PatternCount(Comparison Comparison, long Count);
