"""What can be done with campaigns."""

from collections.abc import Callable
from typing import Annotated

import strawberry

from domain import model
from domain.services.campaigns.planning import drafting, starting, trials
from domain.services.campaigns.sending import steering
from graph.context import Call, Info
from graph.fields import Id, mutation, said
from graph.inputs.campaigns import CampaignInput, plan
from graph.results import CampaignResult, MessageResult, campaign_of, message_of
from graph.scalars import Phone
from graph.types.campaign import Campaign

What = Annotated[CampaignInput, said("The campaign.")]


@strawberry.type(description="What can be done with campaigns.")
class CampaignMutations:
    """One of the roots of writing."""

    @mutation("Write a campaign down. Nothing of it leaves before it is started.")
    async def create_campaign(self, info: Info, input: What) -> CampaignResult:
        """Once per idempotency key."""
        return await _done(
            info, lambda call: drafting.create(plan(input), call.author, call.now, call.policy)
        )

    @mutation("Change a campaign before it begins; afterwards it is TOO_LATE.")
    async def update_campaign(self, info: Info, id: Id, input: What) -> CampaignResult:
        """All of it is set anew."""
        return await _done(info, lambda call: _changed(call, id, plan(input)))

    @mutation(
        "Let a campaign begin, at its time or now. Its audience is looked up then. One that nobody "
        "is on is a CONFLICT, one whose words need a value that everybody lacks is "
        "MISSING_VARIABLE: it stays a draft. What the linter says of its words is in `warnings`; "
        "see LINT_BLOCKS."
    )
    async def start_campaign(self, info: Info, id: Id) -> CampaignResult:
        """Started twice it is started once."""
        return await _done(info, lambda call: starting.start(id, call.now, call.policy))

    @mutation(
        "Send a campaign's words to one number, to look at them: a text like any other, with the "
        "values of that number's contact if it has one. It needs the consent that the campaign "
        "needs, and is in none of its counts. The same words to one number are one text within a "
        "minute of the clock, or under one idempotencyKey."
    )
    async def test_campaign(
        self,
        info: Info,
        id: Id,
        to: Annotated[Phone, said("The number, in any usual form.")],
        idempotency_key: Annotated[str | None, said("The same key sends it once.")] = None,
    ) -> MessageResult:
        """Through the gate; nothing of the campaign changes."""
        return await info.context.act(
            info,
            lambda call: message_of(
                call,
                trials.send(id, to, call.author, call.now, call.policy, key=idempotency_key),
            ),
        )

    @mutation("Let nothing more of a campaign leave until it is resumed.")
    async def pause_campaign(self, info: Info, id: Id) -> CampaignResult:
        """A text that is just being handed over still leaves."""
        return await _done(info, lambda _: steering.pause(id))

    @mutation(
        "Let a campaign that is paused, or that stopped itself, go on where it was. What stops it "
        "by itself counts only what leaves from now on."
    )
    async def resume_campaign(self, info: Info, id: Id) -> CampaignResult:
        """One that had not begun waits for its time again."""
        return await _done(info, lambda call: steering.resume(id, call.now))

    @mutation("Call a campaign off for good: what has not left does not leave.")
    async def cancel_campaign(self, info: Info, id: Id) -> CampaignResult:
        """A Problem when it is over."""
        return await _done(info, lambda call: steering.cancel(id, call.now))


def _changed(call: Call, id: str, wished: drafting.Plan) -> model.Campaign:
    drafting.check_template(wished, call.author)
    return drafting.change(id, wished, call.now, call.policy)


async def _done(info: Info, act: Callable[[Call], model.Campaign]) -> Campaign:
    return await info.context.act(info, lambda call: campaign_of(call, act(call)))
