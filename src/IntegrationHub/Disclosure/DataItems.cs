namespace IntegrationHub.Disclosure;

/// <summary>
/// The items that may ever be passed on, as in <c>contracts/codes/data-items.csv</c>. An item that is not here drops
/// out of every decision, so a new column of a source is never released by default (P6).
/// </summary>
public static class DataItems
{
    public const string Name = "name";
    public const string IdNo = "id_no";
    public const string Phone = "phone";
    public const string Address = "address";
    public const string Birth = "birth";
    public const string Sex = "sex";
    public const string Household = "household";
    public const string Category = "category";
    public const string NeedDetail = "need_detail";
    public const string Cost = "cost";
    public const string Diagnosis = "diagnosis";
    public const string Disability = "disability";
    public const string Bank = "bank";
    public const string School = "school";

    /// <summary>Every known item, in the order decisions and releases list them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Name, IdNo, Phone, Address, Birth, Sex, Household, Category, NeedDetail, Cost, Diagnosis, Disability, Bank,
        School,
    ];

    /// <summary>What may be told of another member of the household, with that member's own consent (P20).</summary>
    public static readonly IReadOnlyList<string> OfMembers = [Name, Birth, Sex, Disability, School];

    /// <summary>Items that need the separate consent of PIPL Art. 29 whoever the person is (P3).</summary>
    public static readonly IReadOnlySet<string> Sensitive =
        new HashSet<string>(StringComparer.Ordinal) { Diagnosis, Disability, Bank };
}
