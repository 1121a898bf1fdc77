namespace IntegrationHub.Testing.Populations;

/// <summary>
/// One record of a source as it was typed, and who it is truly about. What a source left out is empty. Made-up people;
/// still it prints only which record it is.
/// </summary>
/// <param name="Record">The record's name, unique in its population.</param>
/// <param name="Person">The truth: records of one person have the same.</param>
/// <param name="IdNo">The id number as typed: 18 or 15 characters, wrong ones too.</param>
/// <param name="Name">The name as typed.</param>
/// <param name="Sex">1 male, 2 female (GB/T 2261.1).</param>
/// <param name="Birth">The birth date as <c>yyyy-MM-dd</c>.</param>
/// <param name="Division">Division code, 6 to 12 digits.</param>
/// <param name="HouseholdRef">The source's reference of the household.</param>
/// <param name="Phone">The household's phone.</param>
public sealed record LabelledRecord(
    string Record, string Person, string IdNo, string Name, string Sex, string Birth, string Division, string HouseholdRef,
    string Phone)
{
    public override string ToString() => $"record {Record} of {Person}";
}
