using System.CommandLine;
using IntegrationHub.Audit;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub audit roots|export|key|digest</c>: the signed daily roots that outsiders hold the hub to.</summary>
internal static class AuditVerbs
{
    public static Command Create() => new("audit", "The signed daily roots of the audit log.")
    {
        CreateRoots(), CreateExport(), CreateKey(), CreateDigest(),
    };

    private static Command CreateRoots()
    {
        var make = new Option<bool>("--make") { Description = "First close every day that has ended." };
        var roots = new Command("roots", "Each closed day with its entries and the hash it ended with.") { make };
        roots.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(make))
                await services.GetRequiredService<AuditRoots>().MakeDue(cancellationToken);
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await AuditRootStore.All(work, cancellationToken);
            answer.Write(
                new
                {
                    items = items.Select(item => new
                    {
                        item.Root.Day, item.Root.FirstSequence, item.Root.LastSequence, item.Root.Entries, item.Root.Digest,
                        head = Convert.ToHexStringLower(item.Root.Head), item.Root.KeyId, item.MadeAt, item.ExportedAt,
                    }),
                },
                console =>
                {
                    var table = Answer.TableOf("day", "entries", "through", "ends with", "key", "exported");
                    foreach (var item in items)
                    {
                        table.AddRow(
                            $"{item.Root.Day:yyyy-MM-dd}", $"{item.Root.Entries}", $"{item.Root.LastSequence}",
                            Convert.ToHexStringLower(item.Root.Head)[..16], item.Root.KeyId, $"{item.ExportedAt:u}");
                    }

                    console.Write(table);
                });
            return 0;
        });
        return roots;
    }

    private static Command CreateExport()
    {
        var to = new Option<string?>("--to") { Description = "All roots into this folder; else the new ones where Hub:Audit:RootFolder says." };
        var export = new Command("export", "Write the roots as files that anybody can check with the public key.") { to };
        export.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var files = await services.GetRequiredService<AuditRoots>().Export(parsed.GetValue(to), cancellationToken);
            answer.Write(new { files }, console => console.WriteLine($"{files} roots exported"));
            return 0;
        });
        return export;
    }

    private static Command CreateKey()
    {
        var renew = new Option<bool>("--renew") { Description = "Sign with a new key from now on." };
        var by = new Option<string?>("--by") { Description = "Who renews." };
        var reason = new Option<string?>("--reason") { Description = "Why." };
        var key = new Command("key", "The public keys whose signatures the roots bear.") { renew, by, reason };
        key.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            if (parsed.GetValue(renew))
            {
                await services.GetRequiredService<AuditRoots>().RenewKey(
                    Required(parsed.GetValue(by), "--by"), Required(parsed.GetValue(reason), "--reason"), cancellationToken);
            }

            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            var items = await AuditRootStore.Keys(work, cancellationToken);
            answer.Write(
                new { items = items.Select(item => new { item.KeyId, item.Suite, item.MadeAt, pem = item.Pem }) },
                console =>
                {
                    foreach (var item in items)
                        console.WriteLine($"{item.KeyId} {item.Suite} {item.MadeAt:u}\n{item.Pem}");
                });
            return 0;
        });
        return key;
    }

    private static Command CreateDigest()
    {
        var name = new Argument<string>("name") { Description = "SHA-256 or SM3." };
        var by = new Option<string>("--by") { Description = "Who decides.", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why.", Required = true };
        var digest = new Command("digest", "From its next entry on the chain uses this digest; what stands stays as it is.") { name, by, reason };
        digest.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            await using var work = await services.GetRequiredService<HubDatabase>().Begin(cancellationToken);
            await AuditLog.ChangeDigest(
                work, parsed.GetRequiredValue(name), parsed.GetRequiredValue(by).Trim(), parsed.GetRequiredValue(reason).Trim(),
                services.GetRequiredService<TimeProvider>(), cancellationToken);
            await work.Commit(cancellationToken);
            answer.Write(new { digest = parsed.GetValue(name) }, console => console.WriteLine($"the chain uses {parsed.GetValue(name)}"));
            return 0;
        });
        return digest;
    }

    private static string Required(string? value, string option) => string.IsNullOrWhiteSpace(value)
        ? throw new HubProblemException("usage", $"{option} is needed for this.", "Say who decides and why.")
        : value.Trim();
}
