using System.Text;
using Microsoft.Extensions.Options;

namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Lists everything ever emitted that names a person: ids as written, names, phones, addresses.</summary>
internal sealed class Identities(Province province, IOptions<ProvinceOptions> options)
{
    public async Task Write(Stream output)
    {
        await province.Gate.WaitAsync();
        try
        {
            await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            var dirt = new Dirt(options.Value.DirtyRate);
            foreach (var county in province.Counties)
            {
                for (var person = 0; person < county.People.Count; person++)
                    await WriteLines(writer, OfPerson(county, person, dirt));
                for (var household = 0; household < county.Households.Count; household++)
                    await WriteLines(writer, OfHousehold(county, household, dirt));
            }
        }
        finally
        {
            province.Gate.Release();
        }
    }

    private static RowBuffer OfPerson(County county, int index, Dirt dirt)
    {
        var lines = new RowBuffer();
        var person = county.People[index];
        NeedRows.AddNumber(lines, person);
        Names.Write(lines, county, index);
        dirt.AddId(lines, county, RowType.Members, index, dirt.OfMember(county, index, person.Version), person);
        if (lines[2].SequenceEqual(lines[0]))
            lines.DropLast();
        return lines;
    }

    /// <summary>Every version of phone and address, and of the head's id in the rows of the household.</summary>
    private static RowBuffer OfHousehold(County county, int index, Dirt dirt)
    {
        var lines = new RowBuffer();
        var household = county.Households[index];
        HouseholdRows.AddRegisteredAddress(lines, county, index);
        for (var version = 0; version <= household.Version; version++)
        {
            if (version % 2 == 0)
                HouseholdRows.AddAddress(lines, county, index, version);
            else
                HouseholdRows.AddPhone(lines, county, index, version);
        }

        return lines;
    }

    private static async Task WriteLines(StreamWriter writer, RowBuffer lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            writer.Write(lines[i]);
            await writer.WriteAsync('\n');
        }
    }
}
