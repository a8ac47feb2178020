"""Questions about automatic answers and business hours."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.services import threads
from domain.services.automation import arbiter, hours, replies
from graph import nodes
from graph.context import Call, Info
from graph.fields import field, said
from graph.types.hours import BusinessHours
from graph.types.reply import AutoReply, AutoReplyPreview


@strawberry.type(description="What can be asked about automatic answers.")
class ReplyQueries:
    """One of the roots of reading."""

    @field("The rules that answer texts by themselves, the first to answer first; at most 100.")
    async def auto_replies(self, info: Info) -> list[AutoReply]:
        """Those that rest, too."""
        return await info.context.act(
            info, lambda _: [nodes.auto_reply(one) for one in replies.listed()]
        )

    @field("What would answer this text in that conversation, and why. Nothing is written.")
    async def preview_auto_reply(
        self,
        info: Info,
        thread_id: Annotated[strawberry.ID, said("The conversation's id.")],
        text: Annotated[str, said("The customer's words.")],
        at: Annotated[datetime | None, said("If it came then; now if it is left out.")] = UNSET,
    ) -> AutoReplyPreview:
        """The same decision as for a text that has come."""
        return await info.context.act(
            info, lambda call: _preview(call, thread_id, text, at or None)
        )

    @field("When the business is open.")
    async def business_hours(self, info: Info) -> BusinessHours:
        """Open at any time before anybody has set them."""
        return await info.context.act(
            info,
            lambda call: nodes.business_hours(hours.business_hours(call.policy), call.now),
        )


def _preview(call: Call, thread_id: str, text: str, at: datetime | None) -> AutoReplyPreview:
    thread = threads.get(thread_id)
    return nodes.auto_reply_preview(arbiter.tried(thread, text, at, call.now, call.policy))
