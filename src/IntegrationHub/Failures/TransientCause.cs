using System.Net.Sockets;
using IntegrationHub.Contracts;
using IntegrationHub.Database;
using Npgsql;

namespace IntegrationHub.Failures;

/// <summary>Tells what may go better by itself later from what will not. In doubt it will not, and a person looks.</summary>
internal static class TransientCause
{
    private static readonly HashSet<string> s_partnerAway = new(StringComparer.Ordinal)
    {
        "partner.unreachable", "partner.throttled",
    };

    public static bool Is(Exception thrown)
    {
        for (var cause = thrown; cause is not null; cause = cause.InnerException)
        {
            if (cause is TimeoutException or HttpRequestException or SocketException or IOException or DatabaseUnreachableException
                or NpgsqlException { IsTransient: true }
                || (cause is HubProblemException problem && s_partnerAway.Contains(problem.Code)))
                return true;
        }

        return false;
    }
}
