using System.ComponentModel.DataAnnotations;

namespace Mocks.ProvincialPlatform;

/// <summary>What the invented province looks like and where it puts its files (section <c>Province</c>).</summary>
public sealed record ProvinceOptions
{
    /// <summary>Folder the daily files are dropped into.</summary>
    [Required]
    public string DropFolder { get; init; } = "";

    /// <summary>Everything invented follows from this number.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Persons on day one, all counties together.</summary>
    [Range(30, 20_000_000)]
    public int Persons { get; init; } = 20_000;

    /// <summary>Share of rows that cannot be read; rows with a repairable id are twice as many again.</summary>
    [Range(0, 0.5)]
    public double DirtyRate { get; init; } = 0.003;

    /// <summary>Path of the directory of charity organisations (CSV); consents name organisations of it.</summary>
    [Required]
    public string Organisations { get; init; } = "";

    /// <summary>Key callers of <c>/api</c> must send in <c>X-Api-Key</c>.</summary>
    [Required]
    public string ApiKey { get; init; } = "";

    /// <summary>Types dropped as files, separated by comma or bar; the API serves all six in any case.</summary>
    public string Files { get; init; } = "HZ,CY,RD,FF";

    /// <summary>Digest in the manifest: <c>sha256</c> or <c>sm3</c>.</summary>
    [RegularExpression("^(sha256|sm3)$")]
    public string Digest { get; init; } = "sha256";

    /// <summary>Whether a type is dropped as a file.</summary>
    internal bool IsFile(string code) =>
        Files.Split([',', '|'], StringSplitOptions.TrimEntries).Contains(code, StringComparer.OrdinalIgnoreCase);
}
