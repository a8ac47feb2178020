"""Questions about texts."""

from collections.abc import Callable
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.lists import filters, pages
from domain.services.lists.pages import NEWEST, Window
from domain.services.lists.wanted import Wanted
from domain.services.programs import previews
from graph import nodes
from graph.context import Call, Info
from graph.fields import field, said
from graph.inputs import lists, which
from graph.inputs.lists import MessageFilter
from graph.inputs.texts import SendMessageInput, draft
from graph.types.contact import After, First
from graph.types.gate import MessagePreview
from graph.types.message import Message
from graph.types.page import Connection


@strawberry.type(description="What can be asked about texts.")
class MessageQueries:
    """One of the roots of reading."""

    @field("One text, by id or by the carrier's id; null when there is none.")
    async def message(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, said("The text's id.")] = UNSET,
        twilio_message_sid: Annotated[str | None, said("The carrier's id.")] = UNSET,
    ) -> Message | None:
        """Either id is unique."""
        return await info.context.act(
            info, lambda call: _message(call, id or None, twilio_message_sid or None)
        )

    @field(
        "Texts, the newest first, a page at a time. Where several conditions meet, a page may hold "
        "fewer than asked for although more follow: go on while `hasNextPage` says so."
    )
    async def messages(
        self,
        info: Info,
        filter: Annotated[MessageFilter | None, said("Which ones.")] = UNSET,
        first: First = 100,
        after: After = UNSET,
    ) -> Connection[Message]:
        """Over all conversations."""
        region = info.context.around.policy.region
        wanted = lists.message_filter(filter or None, region)
        return await _texts(
            info,
            lambda: lists.whole(wanted, NEWEST),
            100 if first is None else first,
            after or None,
        )

    @field("Texts that came for numbers which are not ours, the newest first.")
    async def unplaced(
        self, info: Info, first: First = 50, after: After = UNSET
    ) -> Connection[Message]:
        """Kept and flagged, never refused."""
        return await _texts(
            info, lambda: filters.UNPLACED, 50 if first is None else first, after or None
        )

    @field("What a text would be and cost, and whether it may be sent; nothing is made.")
    async def preview_message(
        self, info: Info, input: Annotated[SendMessageInput, said("The text.")]
    ) -> MessagePreview:
        """The same judgement that sending asks for."""
        return await info.context.act(
            info,
            lambda call: nodes.message_preview(
                previews.preview(draft(input, call), call.now, call.policy)
            ),
        )


async def _texts(
    info: Info, match: Callable[[], pages.Raw | Wanted], first: int, after: str | None
) -> Connection[Message]:
    window = Window(NEWEST, first, after)
    return await info.context.act(
        info,
        lambda call: call.load.page(model.Message, match(), window, call.plan, call.load.messages),
    )


def _message(call: Call, id: str | None, sid: str | None) -> Message | None:
    if not (id or sid):
        raise which("id", "twilioMessageSid")
    found = (
        pages.by_id(model.Message, id)
        if id
        else pages.by_key(model.Message, "twilioMessageSid", [sid])
    )
    return next(iter(call.load.messages(found, call.plan)), None)
