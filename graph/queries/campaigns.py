"""Questions about campaigns."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.campaigns.planning import previewing
from domain.services.lists import pages
from domain.services.lists.pages import NEWEST, Window
from domain.services.lists.wanted import Wanted, one_of
from graph import nodes, outcomes
from graph.context import Call, Info
from graph.enums import CampaignStatus
from graph.fields import Id, field, said
from graph.types.campaign import Campaign, CampaignPreview
from graph.types.contact import After, First
from graph.types.page import Connection


@strawberry.type(description="What can be asked about campaigns.")
class CampaignQueries:
    """One of the roots of reading."""

    @field("One campaign; null when there is none with this id.")
    async def campaign(self, info: Info, id: Id) -> Campaign | None:
        """Whoever wrote it."""
        return await info.context.act(info, lambda call: _campaign(call, id))

    @field("Campaigns, the newest first.")
    async def campaigns(
        self,
        info: Info,
        status: Annotated[CampaignStatus | None, said("Only those in this state.")] = UNSET,
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[Campaign]:
        """Fifty unless asked otherwise."""
        window = Window(NEWEST, 50 if first is None else first, after or None)
        wanted = Wanted((one_of("status", "status", [status.value]),) if status else ())
        return await info.context.act(
            info,
            lambda call: call.load.page(
                model.Campaign, wanted, window, call.plan, call.load.campaigns
            ),
        )

    @field(
        "A dry run of a campaign that has not begun: who would get a text and who would not, what "
        "it costs, and when it would be over. Nothing is made. CONFLICT once it has begun."
    )
    async def preview_campaign(self, info: Info, id: Id) -> CampaignPreview:
        """Judged as the campaign itself does it; at most 10,000 people."""
        return await info.context.act(info, lambda call: _preview(call, id))


def _preview(call: Call, id: str) -> CampaignPreview:
    made = previewing.preview(id, call.now, call.policy)
    return nodes.campaign_preview(made, call.now, outcomes.preview(call.load, made, call.plan))


def _campaign(call: Call, id: str) -> Campaign | None:
    return next(iter(call.load.campaigns(pages.by_id(model.Campaign, id), call.plan)), None)
