using IntegrationHub.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace IntegrationHub.Pipeline;

/// <summary>
/// The ways of a referral: routing, answers, claims. The stations they go through register themselves.
/// </summary>
public static class ReferralPipelineServices
{
    public static IServiceCollection AddReferralPipeline(this IServiceCollection services) => services
        .AddSingleton<OfferTerms>()
        .AddSingleton<NeedRouting>()
        .AddSingleton<PersonReview>()
        .AddSingleton<DeathWatch>()
        .AddSingleton<ConsentDesk>()
        .AddSingleton<ConsentClock>()
        .AddSingleton<ReferralAnswers>()
        .AddSingleton<ReleaseGate>()
        .AddSingleton<ReleaseReview>()
        .AddSingleton<NoticeDesk>()
        .AddSingleton<ReferralDesk>()
        .AddSingleton<ReverseDesk>()
        .AddSingleton<ReleaseFiles>()
        .AddSingleton<AidReview>()
        .AddSingleton<AidDesk>()
        .AddSingleton<AidQuestions>()
        .AddSingleton<DifferenceDesk>()
        .AddSingleton<BriefingDesk>()
        .AddSingleton<FreshnessWatch>()
        .AddSingleton<IDeliveryCheck, OfferCheck>()
        .AddSingleton<ClaimRelease>();
}
