using System.Globalization;

namespace IntegrationHub.Testing.Populations;

/// <summary>How often each kind of dirt falls on a record (or, where said, on a person). Printed with every result.</summary>
public sealed record DirtRates
{
    // Of a person.
    public double SecondRecord { get; init; } = 0.30;
    public double ThirdRecord { get; init; } = 0.05;
    public double MovedCounty { get; init; } = 0.20;
    public double OtherHouseholdRef { get; init; } = 0.40;
    public double Twins { get; init; } = 0.010;
    public double CommonName { get; init; } = 0.15;
    public double RareName { get; init; } = 0.01;
    public double DottedName { get; init; } = 0.01;
    public double InfantWithoutId { get; init; } = 0.50;

    // Of a record.
    public double MissingId { get; init; } = 0.015;
    public double FifteenDigitId { get; init; } = 0.010;
    public double IdTypo { get; init; } = 0.004;
    public double IdTransposed { get; init; } = 0.002;
    public double CorrectedId { get; init; } = 0.001;
    public double SharedWrongId { get; init; } = 0.001;
    public double NameSpaced { get; init; } = 0.020;
    public double OtherDot { get; init; } = 0.300;
    public double RareLetterLost { get; init; } = 0.200;
    public double NameOneLetter { get; init; } = 0.005;
    public double BirthSwapped { get; init; } = 0.002;
    public double BirthDigit { get; init; } = 0.003;
    public double BirthMissing { get; init; } = 0.010;
    public double SexWrong { get; init; } = 0.002;
    public double PhoneMissing { get; init; } = 0.150;
    public double PhoneChanged { get; init; } = 0.200;
    public double DivisionToCountyOnly { get; init; } = 0.050;

    /// <summary>The same world with so many times the errors; who lives in it stays as it was.</summary>
    public DirtRates Times(double factor) => this with
    {
        MissingId = MissingId * factor,
        FifteenDigitId = FifteenDigitId * factor,
        IdTypo = IdTypo * factor,
        IdTransposed = IdTransposed * factor,
        CorrectedId = CorrectedId * factor,
        SharedWrongId = SharedWrongId * factor,
        NameSpaced = NameSpaced * factor,
        OtherDot = Math.Min(1, OtherDot * factor),
        RareLetterLost = Math.Min(1, RareLetterLost * factor),
        NameOneLetter = NameOneLetter * factor,
        BirthSwapped = BirthSwapped * factor,
        BirthDigit = BirthDigit * factor,
        BirthMissing = BirthMissing * factor,
        SexWrong = SexWrong * factor,
        PhoneMissing = Math.Min(1, PhoneMissing * factor),
        PhoneChanged = Math.Min(1, PhoneChanged * factor),
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        of persons: second record {SecondRecord:P1}, third {ThirdRecord:P1}; of those moved county {MovedCounty:P1}, other household reference {OtherHouseholdRef:P1}
                    twins {Twins:P1}, common name {CommonName:P1}, rare name {RareName:P1}, dotted name {DottedName:P1}, infant without id {InfantWithoutId:P1}
        of records: id missing {MissingId:P1}, 15 digits {FifteenDigitId:P1}, typo {IdTypo:P1}, transposed {IdTransposed:P1}, corrected {CorrectedId:P2}, shared wrong {SharedWrongId:P2}
                    name spaced {NameSpaced:P1}, other dot {OtherDot:P1} and rare letter lost {RareLetterLost:P1} of such names, one letter wrong {NameOneLetter:P1}
                    birth swapped {BirthSwapped:P1}, one digit {BirthDigit:P1}, missing {BirthMissing:P1}; sex wrong {SexWrong:P1}
                    phone missing {PhoneMissing:P1}, changed {PhoneChanged:P1}; division to county only {DivisionToCountyOnly:P1}
        """);
}
