using System.Globalization;
using System.Text;
using System.Text.Json;
using IntegrationHub.Subscriptions;
using IntegrationHub.Testing.Processes;

namespace IntegrationHub.Tests.Subscriptions;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks specification.
    private const string Secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1_614_265_330;
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Fact]
    public void The_vector_of_the_standard_is_reproduced() =>
        Assert.Equal(Signature, Sign(Secret, Id, Timestamp, Body));

    [Fact]
    public void The_vector_of_our_own_contract_is_reproduced()
    {
        var file = Path.Combine(Checkout.Root, "contracts", "events", "signature-vector.json");
        using var vector = JsonDocument.Parse(File.ReadAllBytes(file));
        string Text(string name) => vector.RootElement.GetProperty(name).GetString()!;

        var signature = Sign(
            Text("secret")["whsec_".Length..], Text("id"), long.Parse(Text("timestamp"), CultureInfo.InvariantCulture), Text("body"));

        Assert.Equal(Text("signature"), signature);
    }

    [Theory]
    [InlineData("NfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Id, Timestamp, Body)]
    [InlineData(Secret, "msg_q5jXN8AQM9LWM0D4loKWxJek", Timestamp, Body)]
    [InlineData(Secret, Id, Timestamp + 1, Body)]
    [InlineData(Secret, Id, Timestamp, """{"test": 2432232315}""")]
    public void Another_secret_id_time_or_body_gives_another_signature(string secret, string id, long timestamp, string body) =>
        Assert.NotEqual(Signature, Sign(secret, id, timestamp, body));

    [Fact]
    public void A_new_secret_is_shown_as_the_bytes_that_sign()
    {
        var (secret, shown) = WebhookSignature.NewSecret();

        Assert.Equal(32, secret.Length);
        Assert.Equal($"whsec_{Convert.ToBase64String(secret)}", shown);
        Assert.NotEqual(secret, WebhookSignature.NewSecret().Secret);
    }

    private static string Sign(string secret, string id, long timestamp, string body) =>
        WebhookSignature.Of(Convert.FromBase64String(secret), id, timestamp, Encoding.UTF8.GetBytes(body));
}
