namespace Mocks.CharityFederation;

/// <summary>Carries one reaction from stage to stage until a step stops it.</summary>
internal sealed class Reactor(Reactions reactions, Answering answering, Claiming claiming, Aiding aiding)
{
    public async Task<Step> Carry(Reaction reaction, CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = reaction.Stage switch
            {
                Stage.Answer => await answering.Answer(reaction.Offer, cancellationToken),
                Stage.Claim when reactions.HoldsClaims => Step.Hold,
                Stage.Claim => await claiming.Claim(reaction, cancellationToken),
                Stage.Aid => await aiding.Give(reaction.Offer, cancellationToken),
                _ => await aiding.Complete(reaction.Offer, cancellationToken),
            };
            if (step != Step.Go)
                return step;
            reaction.Stage++;
        }
    }
}
