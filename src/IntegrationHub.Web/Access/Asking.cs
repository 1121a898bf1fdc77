using IntegrationHub.Failures;

namespace IntegrationHub.Web.Access;

/// <summary>
/// The administrator who asks, as a parameter of an endpoint. Named in the header X-Hub-By until administrators sign in; who
/// only looks, on a machine where nobody is named, need not say.
/// </summary>
internal sealed record Asking(Administrator Who)
{
    public const string Header = "X-Hub-By";
    private const string Somebody = "console";

    /// <summary>How minimal APIs bind it.</summary>
    public static ValueTask<Asking?> BindAsync(HttpContext context)
    {
        var administrators = context.RequestServices.GetRequiredService<Administrators>();
        var name = context.Request.Headers[Header].ToString();
        if (name.Length == 0 && HttpMethods.IsGet(context.Request.Method) && administrators.NobodyIsNamed)
            name = Somebody;
        return ValueTask.FromResult<Asking?>(new Asking(administrators.Find(Uri.UnescapeDataString(name))));
    }
}
