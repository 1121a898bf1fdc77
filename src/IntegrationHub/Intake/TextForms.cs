using System.Text;

namespace IntegrationHub.Intake;

/// <summary>One way text becomes bytes: strictly, so that a wrong guess shows, and leniently, to look at a header.</summary>
internal sealed record TextForm(string Name, Encoding Strict, Encoding Lenient, byte[] Mark);

/// <summary>The encodings that real exports use (D1). GBK and GB2312 are read as GB18030, which holds them and writes more.</summary>
internal static class TextForms
{
    public static readonly TextForm Utf8 = new(
        "UTF-8", new UTF8Encoding(false, true), new UTF8Encoding(false, false), [0xef, 0xbb, 0xbf]);

    public static readonly TextForm Gb18030 = Gb();

    public static readonly TextForm Utf16Le = new(
        "UTF-16LE", new UnicodeEncoding(false, false, true), new UnicodeEncoding(false, false, false), [0xff, 0xfe]);

    public static readonly TextForm Utf16Be = new(
        "UTF-16BE", new UnicodeEncoding(true, false, true), new UnicodeEncoding(true, false, false), [0xfe, 0xff]);

    public static readonly IReadOnlyList<TextForm> All = [Utf8, Gb18030, Utf16Le, Utf16Be];

    public static IReadOnlyList<string> Names { get; } = ["UTF-8", "GB18030", "GBK", "GB2312", "UTF-16", "UTF-16LE", "UTF-16BE"];

    public static bool IsKnown(string name) => name == SnapshotLayout.Auto || Find(name) is not null;

    public static TextForm? Find(string name) => name.ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" or "UTF-8-BOM" => Utf8,
        "GB18030" or "GBK" or "GB2312" or "CP936" => Gb18030,
        "UTF-16" or "UTF16" or "UTF-16LE" => Utf16Le,
        "UTF-16BE" => Utf16Be,
        _ => null,
    };

    /// <summary>The encoding a byte order mark promises, or null without one.</summary>
    public static TextForm? ByMark(ReadOnlySpan<byte> start)
    {
        foreach (var form in All)
        {
            if (form.Mark.Length > 0 && start.StartsWith(form.Mark))
                return form;
        }

        return null;
    }

    public static bool IsStrictly(TextForm form, ReadOnlySpan<byte> bytes)
    {
        if (form == Utf8)
            return System.Text.Unicode.Utf8.IsValid(bytes);
        try
        {
            return form.Strict.GetCharCount(bytes) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static TextForm Gb()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return new TextForm(
            "GB18030",
            Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback),
            Encoding.GetEncoding("GB18030"),
            []);
    }
}
