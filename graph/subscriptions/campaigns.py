"""How far a campaign is, as it happens."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from bson import ObjectId
from strawberry import UNSET

from domain import model, ports
from domain.services.lists import pages
from graph.context import Info
from graph.enums import Change
from graph.fields import said, subscription
from graph.live import Topic, events
from graph.loading import Loader
from graph.plan import Plan
from graph.scalars import Cursor
from graph.subscriptions.events import AfterEvent, kind_of, maker_of
from graph.subscriptions.messages import MESSAGES
from graph.types.campaign import Campaign

CAMPAIGNS = "campaigns"


@strawberry.type(description="A campaign, or one of its texts, has changed.")
class CampaignEvent:
    """A checkpoint has a cursor alone."""

    cursor: Cursor = strawberry.field(description="Give it as `after` to resume from here.")
    change: Change = strawberry.field(
        description="What happened: STATUS when the campaign's own status changed; UPDATED stands "
        "for all that happened to its texts since the last event."
    )
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The campaign's id, also when the campaign is gone."
    )
    campaign: Campaign | None = strawberry.field(
        default=None, description="The campaign as it is now; null when it is gone."
    )


@strawberry.type(description="What can be followed of campaigns.")
class CampaignSubscriptions:
    """One of the roots of following."""

    @subscription(
        "One campaign and its counts, as it goes on. Its own changes are told at once, those of "
        "its texts together, once or twice a second at most; the last of them always."
    )
    async def campaign_progress(
        self,
        info: Info,
        id: Annotated[strawberry.ID, said("The campaign's id.")],
        after: AfterEvent = UNSET,
    ) -> AsyncGenerator[CampaignEvent, None]:
        """Of an id that nobody has there are only checkpoints."""
        async with aclosing(events(info, after or None, _progress(info, id))) as stream:
            async for event in stream:
                yield event


def _progress(info: Info, id: str) -> Topic[CampaignEvent]:
    maker = maker_of(info, "campaign")
    own = ObjectId(id) if ObjectId.is_valid(id) else None
    return Topic(
        matches=lambda change: own is not None and _about(change) == own,
        event=lambda change: maker.make(change, _event),
        checkpoint=lambda cursor: CampaignEvent(cursor=Cursor(cursor), change=Change.CHECKPOINT),
        may_wait=lambda change: _kind(change) is Change.UPDATED,
    )


def _about(change: ports.Change) -> object:
    """The id of the campaign that has changed by it."""
    if change.collection == CAMPAIGNS:
        return change.id
    text = change.document if change.collection == MESSAGES else None
    return (text or {}).get("campaignId")


def _kind(change: ports.Change) -> Change:
    return kind_of(change) if change.collection == CAMPAIGNS else Change.UPDATED


def _event(change: ports.Change, load: Loader, plan: Plan) -> CampaignEvent:
    own = _about(change)
    raws = pages.by_key(model.Campaign, "_id", [own])
    return CampaignEvent(
        cursor=Cursor(change.cursor),
        change=_kind(change),
        id=strawberry.ID(str(own)),
        campaign=next(iter(load.campaigns(raws, plan)), None) if raws else None,
    )
