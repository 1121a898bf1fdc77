namespace IntegrationHub.Failures;

/// <summary>Failures that were decided keep their facts and lose their body (P14).</summary>
public static class FailureRetention
{
    internal const string CountSql = """
        select count(*)
          from failures.failed_message
         where state <> 'NEW'
           and last_failed_at < $1
           and length(body) > 0
        """;

    internal const string EmptyOldSql = """
        update failures.failed_message
           set body = '\x'
         where failure_id in (select failure_id
                                from failures.failed_message
                               where state <> 'NEW'
                                 and last_failed_at < $1
                                 and length(body) > 0
                               limit $2)
        """;
}
