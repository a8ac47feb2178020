"""What can be asked. Each field does all of its reading in one hop."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.errors import FieldError, InvalidInput
from domain.rules import phone as phones
from domain.services import filters, pages, previews
from domain.services.pages import LAST_CONTACT, LATEST, NAME, NEWEST, OLDEST, Order, Window
from graph import nodes
from graph.context import Call, Info
from graph.enums import ContactOrder
from graph.fields import field
from graph.inputs import lists
from graph.inputs.lists import ContactFilter, MessageFilter, ThreadFilter
from graph.inputs.texts import SendMessageInput, draft
from graph.scalars import Cursor, Phone
from graph.types.contact import After, Contact, First
from graph.types.gate import MessagePreview, PhoneInfo
from graph.types.message import Message
from graph.types.page import Connection
from graph.types.people import Viewer
from graph.types.thread import Thread

EITHER = "Say which: give {names}."
ORDERS: Mapping[ContactOrder, Order] = MappingProxyType(
    {
        ContactOrder.CREATED_DESC: NEWEST,
        ContactOrder.CREATED_ASC: OLDEST,
        ContactOrder.LAST_CONTACT_DESC: LAST_CONTACT,
        ContactOrder.NAME_ASC: NAME,
    }
)


def said(description: str) -> object:
    """The description of an argument."""
    return strawberry.argument(description=description)


Id = Annotated[strawberry.ID, said("Its id.")]


@strawberry.type(description="What can be asked.")
class Query:
    """The root of all reading."""

    @field(
        "The present moment of the feed: fetch this, then a page, then subscribe with `after`; "
        "nothing falls between."
    )
    async def cursor(self, info: Info) -> Cursor:
        """From the server itself."""
        await info.context.admit(info)
        return Cursor(await info.context.around.feed.cursor())

    @field("The token that asks.")
    async def viewer(self, info: Info) -> Viewer:
        """Its name and scopes."""
        return await info.context.act(
            info, lambda call: Viewer(name=call.token.name, scopes=list(call.token.scopes))
        )

    @field("One contact, by id or by any of their numbers; null when there is none.")
    async def contact(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, said("The contact's id.")] = UNSET,
        phone: Annotated[Phone | None, said("Any of their numbers.")] = UNSET,
    ) -> Contact | None:
        """A contact that was merged is shown as the one it became."""
        return await info.context.act(info, lambda call: _contact(call, id or None, phone or None))

    @field("Contacts, a page at a time.")
    async def contacts(
        self,
        info: Info,
        search: Annotated[
            str | None,
            said("The beginning of any word of a name or e-mail, or any part of a number."),
        ] = UNSET,
        filter: Annotated[ContactFilter | None, said("Which ones.")] = UNSET,
        order_by: Annotated[ContactOrder | None, said("In which order.")] = (
            ContactOrder.CREATED_DESC
        ),
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[Contact]:
        """Found by terms and sorted by one index."""
        match = lists.contact_filter(search or None, filter or None).match()
        order = ORDERS[order_by or ContactOrder.CREATED_DESC]
        window = Window(order, 50 if first is None else first, after or None)
        return await info.context.act(
            info,
            lambda call: call.load.page(
                model.Contact, match, window, call.plan, call.load.contacts
            ),
        )

    @field("One conversation; null when there is none.")
    async def thread(self, info: Info, id: Id) -> Thread | None:
        """By its id alone."""
        return await info.context.act(info, lambda call: _thread(call, id))

    @field("Conversations, the latest activity first, a page at a time.")
    async def threads(
        self,
        info: Info,
        filter: Annotated[ThreadFilter | None, said("Which ones.")] = UNSET,
        first: First = 50,
        after: After = UNSET,
    ) -> Connection[Thread]:
        """In the order of their last text."""
        match = lists.thread_filter(filter or None).match()
        window = Window(LATEST, 50 if first is None else first, after or None)
        return await info.context.act(
            info,
            lambda call: call.load.page(model.Thread, match, window, call.plan, call.load.threads),
        )

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

    @field("Texts, the newest first, a page at a time.")
    async def messages(
        self,
        info: Info,
        filter: Annotated[MessageFilter | None, said("Which ones.")] = UNSET,
        first: First = 100,
        after: After = UNSET,
    ) -> Connection[Message]:
        """Over all conversations."""
        region = info.context.around.policy.region
        match = lists.message_filter(filter or None, region).match()
        return await _texts(info, match, 100 if first is None else first, after or None)

    @field("Texts that came for numbers which are not ours, the newest first.")
    async def unplaced(
        self, info: Info, first: First = 50, after: After = UNSET
    ) -> Connection[Message]:
        """Kept and flagged, never refused."""
        return await _texts(info, filters.UNPLACED, 50 if first is None else first, after or None)

    @field("A phone number formatted and checked, without asking anybody.")
    async def phone(
        self, info: Info, input: Annotated[str, said("The number as somebody typed it.")]
    ) -> PhoneInfo:
        """Read in the configured region."""
        return await info.context.act(
            info, lambda call: nodes.phone_info(phones.describe(input, call.policy.region))
        )

    @field("What a text would be and cost, and whether it may be sent; nothing is made.")
    async def preview_message(
        self, info: Info, input: Annotated[SendMessageInput, said("The text.")]
    ) -> MessagePreview:
        """The same judgement that sending asks for."""
        return await info.context.act(
            info,
            lambda call: nodes.message_preview(
                previews.preview(draft(input, call.author), call.now, call.policy)
            ),
        )


async def _texts(
    info: Info, match: pages.Raw, first: int, after: str | None
) -> Connection[Message]:
    window = Window(NEWEST, first, after)
    return await info.context.act(
        info,
        lambda call: call.load.page(model.Message, match, window, call.plan, call.load.messages),
    )


def _contact(call: Call, id: str | None, phone: str | None) -> Contact | None:
    if id:
        found = pages.by_id(model.Contact, id)
        if found and found[0].get("mergedInto"):
            return _contact(call, str(found[0]["mergedInto"]), None)
    elif phone:
        number = lists.number(phone, call.policy.region)
        found = pages.by_key(model.Contact, "phones", [number])
    else:
        raise _which("id", "phone")
    return next(iter(call.load.contacts(found, call.plan)), None)


def _thread(call: Call, id: str) -> Thread | None:
    found = pages.by_id(model.Thread, id)
    return next(iter(call.load.threads(found, call.plan)), None)


def _message(call: Call, id: str | None, sid: str | None) -> Message | None:
    if not (id or sid):
        raise _which("id", "twilioMessageSid")
    found = (
        pages.by_id(model.Message, id)
        if id
        else pages.by_key(model.Message, "twilioMessageSid", [sid])
    )
    return next(iter(call.load.messages(found, call.plan)), None)


def _which(*names: str) -> InvalidInput:
    told = EITHER.format(names=" or ".join(names))
    return InvalidInput(told, fields=tuple(FieldError(name, told) for name in names))
