using System.CommandLine;
using IntegrationHub.Contracts;
using IntegrationHub.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace IntegrationHub.Cli.Verbs;

/// <summary><c>hub release file|key</c>: releases for organisations without an API.</summary>
internal static class ReleaseVerbs
{
    public static Command Create() => new("release", "Releases for organisations without an API.") { CreateFile(), CreateKey() };

    private static Command CreateFile()
    {
        var org = new Option<string>("--org") { Description = "The organisation's USCC.", Required = true };
        var to = new Option<string>("--to") { Description = "Folder the sealed file is written to.", Required = true };
        var file = new Command("file", "What the organisation accepted and may be given now, and what it is to delete, in one sealed file.") { org, to };
        file.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            var built = await services.GetRequiredService<ReleaseFiles>().Build(
                parsed.GetRequiredValue(org), parsed.GetRequiredValue(to), cancellationToken);
            answer.Write(built, console => console.WriteLine(
                $"{built.File ?? "nothing to tell"}: {built.Releases} releases, {built.Deletions} deletions, {built.Refused} refused"));
            return 0;
        });
        return file;
    }

    private static Command CreateKey()
    {
        var org = new Option<string>("--org") { Description = "The organisation's USCC.", Required = true };
        var certificate = new Option<string>("--certificate") { Description = "Its X.509 certificate, PEM or DER.", Required = true };
        var by = new Option<string>("--by") { Description = "Who checked that it is theirs.", Required = true };
        var key = new Command("key", "Registers the certificate an organisation's files are sealed for.") { org, certificate, by };
        key.SetVerb(async (services, parsed, answer, cancellationToken) =>
        {
            byte[] bytes;
            try
            {
                bytes = await File.ReadAllBytesAsync(parsed.GetRequiredValue(certificate), cancellationToken);
            }
            catch (IOException failure)
            {
                throw new HubProblemException(
                    "release.certificate", "The certificate file cannot be read.", "Check the path.", failure);
            }

            await services.GetRequiredService<ReleaseFiles>().Register(
                parsed.GetRequiredValue(org), bytes, parsed.GetRequiredValue(by), cancellationToken);
            answer.Write(new { org = parsed.GetValue(org) }, console => console.WriteLine("registered"));
            return 0;
        });
        return key;
    }
}
