using System.Globalization;

namespace Mocks.CharityFederation;

/// <summary>What shall go wrong: a delay that stays, and counters that count down.</summary>
internal sealed record FaultPlan
{
    public int DelayMs { get; init; }

    public int Status500 { get; init; }

    public int Status429 { get; init; }

    public int RetryAfterSeconds { get; init; }

    public int DropAccepts { get; init; }

    public int ForgetAcks { get; init; }
}

/// <summary>Holds the fault plan and hands out each planned fault exactly once.</summary>
internal sealed class Faults
{
    private readonly Lock _gate = new();
    private FaultPlan _plan = new();

    public FaultPlan Plan
    {
        get { lock (_gate) return _plan; }
        set { lock (_gate) _plan = value; }
    }

    /// <summary>The status the next request must fail with, or null.</summary>
    public int? NextStatus()
    {
        lock (_gate)
        {
            switch (_plan)
            {
                case { Status500: > 0 }:
                    _plan = _plan with { Status500 = _plan.Status500 - 1 };
                    return 500;
                case { Status429: > 0 }:
                    _plan = _plan with { Status429 = _plan.Status429 - 1 };
                    return 429;
                default:
                    return null;
            }
        }
    }

    /// <summary>Whether the organisation must forget to acknowledge the recall or correction it has got.</summary>
    public bool ForgetsAck()
    {
        lock (_gate)
        {
            var forgets = _plan.ForgetAcks > 0;
            if (forgets)
                _plan = _plan with { ForgetAcks = _plan.ForgetAcks - 1 };
            return forgets;
        }
    }

    /// <summary>Whether the organisation must fall silent on the offer it was about to accept.</summary>
    public bool DropsAccept()
    {
        lock (_gate)
        {
            var drops = _plan.DropAccepts > 0;
            if (drops)
                _plan = _plan with { DropAccepts = _plan.DropAccepts - 1 };
            return drops;
        }
    }
}

/// <summary>Lets the planned faults befall the federation's API and its webhooks, never the admin door.</summary>
internal static class FaultMiddleware
{
    public static void UseFaults(this WebApplication app) =>
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
                || context.Request.Path.StartsWithSegments("/webhooks", StringComparison.Ordinal),
            branch => branch.Use(Befall));

    private static async Task Befall(HttpContext context, RequestDelegate next)
    {
        var faults = context.RequestServices.GetRequiredService<Faults>();
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        if (faults.Plan is { DelayMs: > 0 and var delay })
            await Task.Delay(TimeSpan.FromMilliseconds(delay), time, context.RequestAborted);

        switch (faults.NextStatus())
        {
            case { } status:
                if (status == 429)
                    context.Response.Headers.RetryAfter =
                        faults.Plan.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                await Problems.Of(status, "fault.planned", "A planned fault.").ExecuteAsync(context);
                break;
            default:
                await next(context);
                break;
        }
    }
}
