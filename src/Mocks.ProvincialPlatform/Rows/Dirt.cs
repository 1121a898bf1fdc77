namespace Mocks.ProvincialPlatform.Rows;

/// <summary>Decides which rows are dirty. A flaw stays until the row changes; a flaw in a key stays for good.</summary>
internal sealed class Dirt(double rate)
{
    public const string ImpossibleDate = "20260230";
    public const string UnknownCategory = "低收人";
    public const string WordAmount = "壹佰元整左右";

    private static readonly Flaw[] OfHouseholds = [Flaw.UnknownCategory, Flaw.BrokenId, Flaw.MissingColumn];
    private static readonly Flaw[] OfMembers = [Flaw.ImpossibleDate, Flaw.MissingColumn];
    private static readonly Flaw[] OfRecognitions =
        [Flaw.UnknownCategory, Flaw.BrokenId, Flaw.ImpossibleDate, Flaw.MissingColumn];
    private static readonly Flaw[] OfPayments =
        [Flaw.UnknownCategory, Flaw.ImpossibleDate, Flaw.WordAmount, Flaw.MissingColumn];

    public Flaw OfHousehold(County county, int household, int version) =>
        Roll(county, RowType.Households, household, version, rate, OfHouseholds);

    public Flaw OfRecognition(County county, int recognition, int version) =>
        Roll(county, RowType.Recognitions, recognition, version, rate, OfRecognitions);

    public Flaw OfPayment(County county, long payment, int version) =>
        Roll(county, RowType.Payments, payment, version, rate, OfPayments);

    public Flaw OfMember(County county, int person, int version)
    {
        // The id is part of a member's key: a repaired one would be another row.
        if (Dice.For(county.Seed, Draw.LastingFlaw, person).Chance(rate / 3))
            return Flaw.BrokenId;
        return Roll(county, RowType.Members, person, version, rate * 2 / 3, OfMembers);
    }

    /// <summary>Writes an id as this row shows it: broken, carelessly typed, or plain.</summary>
    public void AddId(RowBuffer row, County county, RowType type, long entity, Flaw flaw, in Person person)
    {
        Span<char> number = stackalloc char[ResidentNumber.Length];
        person.WriteNumber(number);
        if (flaw == Flaw.BrokenId)
            ResidentNumber.Break(number);

        // Whatever else is wrong with the row, its id stays as it was typed: it may be part of the key.
        var typing = flaw == Flaw.BrokenId ? Typing.Clean : TypingOf(county, type, entity);
        if (typing == Typing.FullWidth)
            Widen(number);
        if (typing == Typing.SmallX && number[^1] == 'X')
            number[^1] = 'x';
        if (typing == Typing.Spaced || (typing == Typing.SmallX && number[^1] != 'x'))
            row.Append(number[..6]).Append(" ").Append(number[6..14]).Append(" ").Add(number[14..]);
        else
            row.Add(number);
    }

    private static Flaw Roll(County county, RowType type, long entity, int version, double rate, Flaw[] flaws)
    {
        var dice = Dice.For(county.Seed, Draw.Flaw, (entity << 8) + type.Code[0], version);
        return dice.Chance(rate) ? dice.Pick<Flaw>(flaws) : Flaw.None;
    }

    private Typing TypingOf(County county, RowType type, long entity)
    {
        var dice = Dice.For(county.Seed, Draw.OddId, entity, type.Code[0]);
        return dice.Chance(rate * 2) ? (Typing)dice.Between(1, 3) : Typing.Clean;
    }

    private static void Widen(Span<char> number)
    {
        foreach (ref var c in number)
            c = (char)(c - '!' + '！');
    }
}
