using System.Security.Cryptography;
using System.Text;

namespace Mocks.ProvincialPlatform.Rows;

/// <summary>TY: the whole log of consent events, ordered by consent and sequence. Never dirty.</summary>
internal sealed class ConsentRows(County county) : IRows
{
    private const string Notice = "GZ-DSR-01";
    private const string NoticeVersion = "1.0";

    private static readonly string NoticeDigest = DigestOf("慈善帮扶个人信息共享告知书 " + Notice + " " + NoticeVersion);

    public RowType Type => RowType.Consents;

    public County County => county;

    public int Slots => county.Consents.InOrder.Length;

    public bool IsPresent(int slot) => true;

    public ref ulong Seen(int slot) => ref county.Consents.InOrder[slot].Seen;

    public bool Write(int slot, RowBuffer row)
    {
        var entry = county.Consents.InOrder[slot];
        var consent = entry.Consent;
        row.Add(consent.No).AddNumber(entry.Sequence);
        NeedRows.AddNumber(row, county.People[consent.Person]);
        row.Add(entry.Kind).Add(consent.GivenBy).Add(consent.Purposes).Add(entry.Items);
        row.Add(consent.IsNamed ? "" : "CHARITY").Add(consent.Recipients);
        row.Add(consent.IsNamed ? "OFFER|DETAIL|FEEDBACK" : "OFFER");
        row.Add(consent.Sensitive ? "是" : "否").Add(consent.Provide ? "是" : "否");
        row.Add(Notice).Add(NoticeVersion).Add(NoticeDigest);
        row.Add(DigestOf($"{consent.No}|{entry.Sequence}|{entry.Day}"));
        row.AppendDay(entry.Day).AddNumber(entry.Time, 6);
        row.AddDay(entry.ValidFrom).AddDay(entry.ValidTo);
        row.Add(entry.Reason).Add(consent.Channel);
        return false;
    }

    private static string DigestOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
