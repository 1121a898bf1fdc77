using System.Buffers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Mocks.ProvincialPlatform.Admin;

/// <summary>Lists everything ever emitted that names a person: ids as written, names, phones, addresses.</summary>
internal sealed class Identities(Province province, IOptions<ProvinceOptions> options)
{
    private const int ChunkBytes = 1 << 16;
    private readonly Dirt _dirt = new(options.Value.DirtyRate);

    public async Task Write(HttpResponse response, CancellationToken cancellation)
    {
        response.ContentType = "text/plain; charset=utf-8";
        var chunk = new ArrayBufferWriter<byte>(ChunkBytes * 2);
        await province.Gate.WaitAsync(cancellation);
        try
        {
            foreach (var values in province.Counties.SelectMany(All))
            {
                for (var i = 0; i < values.Count; i++)
                {
                    Encoding.UTF8.GetBytes(values[i], chunk);
                    chunk.Write("\n"u8);
                }

                if (chunk.WrittenCount < ChunkBytes)
                    continue;
                await response.Body.WriteAsync(chunk.WrittenMemory, cancellation);
                chunk.ResetWrittenCount();
            }

            await response.Body.WriteAsync(chunk.WrittenMemory, cancellation);
        }
        finally
        {
            province.Gate.Release();
        }
    }

    private IEnumerable<RowBuffer> All(County county)
    {
        var values = new RowBuffer();
        for (var person = 0; person < county.People.Count; person++)
            yield return OfPerson(values, county, person);
        for (var household = 0; household < county.Households.Count; household++)
        {
            yield return Contacts(values, county, household);
            yield return OddIds(values, county, household);
        }
    }

    private RowBuffer OfPerson(RowBuffer values, County county, int index)
    {
        values.Clear();
        var person = county.People[index];
        NeedRows.AddNumber(values, person);
        Names.Write(values, county, index);
        for (var version = 0; version <= person.Version; version++)
            KeepOdd(values, county, RowType.Members, index, _dirt.OfMember(county, index, version), person);
        return values;
    }

    /// <summary>Every phone number and every address the household has had.</summary>
    private static RowBuffer Contacts(RowBuffer values, County county, int index)
    {
        values.Clear();
        HouseholdRows.AddRegisteredAddress(values, county, index);
        for (var version = 0; version <= county.Households[index].Version; version++)
        {
            if (version == 0 || version % 2 == 1)
                HouseholdRows.AddPhone(values, county, index, version);
            if (version % 2 == 0)
                HouseholdRows.AddAddress(values, county, index, version);
        }

        return values;
    }

    /// <summary>The head's id as it was written, broken or carelessly, in the other rows of the household.</summary>
    private RowBuffer OddIds(RowBuffer values, County county, int index)
    {
        values.Clear();
        var household = county.Households[index];
        var head = county.People[household.FirstPerson];
        NeedRows.AddNumber(values, head);
        for (var version = 0; version <= household.Version; version++)
            KeepOdd(values, county, RowType.Households, index, _dirt.OfHousehold(county, index, version), head);
        for (var i = household.FirstRecognition;
            i < county.Recognitions.Count && county.Recognitions[i].Household == index; i++)
        {
            for (var version = 0; version <= county.Recognitions[i].Version; version++)
                KeepOdd(values, county, RowType.Recognitions, i, _dirt.OfRecognition(county, i, version), head);
        }

        for (var month = county.FirstMonth; month <= county.Payments[^1].Month; month++)
        {
            foreach (var isGrant in (bool[])[false, true])
                KeepOdd(values, county, RowType.Payments, PaymentRows.EntityOf(month, index, isGrant), Flaw.None, head);
        }

        return values;
    }

    /// <summary>Keeps the id as this row writes it when that is not yet among the values.</summary>
    private void KeepOdd(RowBuffer values, County county, RowType type, long entity, Flaw flaw, in Person person)
    {
        _dirt.AddId(values, county, type, entity, flaw, person);
        for (var i = 0; i < values.Count - 1; i++)
        {
            if (!values[i].SequenceEqual(values[values.Count - 1]))
                continue;
            values.DropLast();
            return;
        }
    }
}
