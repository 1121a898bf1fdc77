using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.Testing.Servers;

/// <summary>
/// What a private RabbitMQ knows from its first second: one user, thirty-two vhosts (a vhost made later costs a second
/// each) and in each of them what deploy/rabbitmq gives production, so that tests run with its rules.
/// </summary>
internal sealed record RabbitDefinitions(string User, string Password, string Json)
{
    public const int Vhosts = 32;

    public static string VhostName(int number) => $"hub-{number}";

    public static RabbitDefinitions Create()
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string[] vhosts = ["/", .. Enumerable.Range(0, Vhosts).Select(VhostName)];
        var json = new JsonObject
        {
            ["users"] = new JsonArray(new JsonObject
            {
                ["name"] = "hub",
                ["password_hash"] = Hash(password),
                ["hashing_algorithm"] = "rabbit_password_hashing_sha256",
                ["tags"] = "administrator",
            }),
            ["vhosts"] = Array(vhosts.Select(vhost => new JsonObject { ["name"] = vhost })),
            ["permissions"] = Array(vhosts.Select(vhost => new JsonObject
            {
                ["user"] = "hub",
                ["vhost"] = vhost,
                ["configure"] = ".*",
                ["write"] = ".*",
                ["read"] = ".*",
            })),
        };
        var production = Production();
        foreach (var section in new[] { "exchanges", "queues", "bindings", "policies" })
            json[section] = Array(vhosts.SelectMany(vhost => Copy(production, section, vhost)));
        return new RabbitDefinitions("hub", password, json.ToJsonString());
    }

    /// <summary>The line of rabbitmq.conf that loads the definitions at boot.</summary>
    public static string Setting(string file) =>
        $"definitions.import_backend = local_filesystem\ndefinitions.local.path = {file}\n";

    public Uri Address(string host, int port) => new($"amqp://{User}:{Password}@{host}:{port}/");

    private static JsonNode Production() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "rabbitmq", "definitions.json")))
        ?? throw new InvalidOperationException("deploy/rabbitmq/definitions.json is empty.");

    private static IEnumerable<JsonObject> Copy(JsonNode production, string section, string vhost)
    {
        foreach (var item in production[section]?.AsArray().OfType<JsonObject>() ?? [])
        {
            var own = item.DeepClone().AsObject();
            own["vhost"] = vhost;
            yield return own;
        }
    }

    private static JsonArray Array(IEnumerable<JsonObject> items) => new([.. items]);

    // RabbitMQ's own format: four bytes of salt, then SHA-256 over salt and password.
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
