using System.Text.Json;
using IntegrationHub.Database;
using Npgsql;
using NpgsqlTypes;

namespace IntegrationHub.Disclosure;

/// <summary>The parameters that lists of recalls and of corrections share.</summary>
internal static class NoticeParameters
{
    public static NpgsqlParameter[] Of(NoticeQuery query) =>
    [
        Parameter.Text(query.Uscc),
        new NpgsqlParameter<bool?> { TypedValue = query.Open, NpgsqlDbType = NpgsqlDbType.Boolean },
        Parameter.Instant(query.DueBefore),
        Parameter.Instant(query.AfterIssuedAt),
        Parameter.As(query.AfterId),
        Parameter.As(query.Limit),
    ];

    /// <summary>A list as JSON text: an array of arrays would come out of unnest flattened.</summary>
    public static string Json<T>(IEnumerable<T> values) => JsonSerializer.Serialize(values);
}
