"""Questions about people."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services.lists import pages
from domain.services.lists.pages import LAST_CONTACT, NAME, NEWEST, OLDEST, Order, Window
from graph.context import Call, Info
from graph.enums import ContactOrder
from graph.fields import field, said
from graph.inputs import lists, which
from graph.inputs.lists import ContactFilter
from graph.scalars import Phone
from graph.types.contact import After, Contact, First
from graph.types.page import Connection

ORDERS: Mapping[ContactOrder, Order] = MappingProxyType(
    {
        ContactOrder.CREATED_DESC: NEWEST,
        ContactOrder.CREATED_ASC: OLDEST,
        ContactOrder.LAST_CONTACT_DESC: LAST_CONTACT,
        ContactOrder.NAME_ASC: NAME,
    }
)


@strawberry.type(description="What can be asked about people.")
class ContactQueries:
    """One of the roots of reading."""

    @field("One contact, by id or by any of their numbers; null when there is none.")
    async def contact(
        self,
        info: Info,
        id: Annotated[strawberry.ID | None, said("The contact's id.")] = UNSET,
        phone: Annotated[Phone | None, said("Any of their numbers.")] = UNSET,
    ) -> Contact | None:
        """A contact that was merged is shown as the one it became."""
        return await info.context.act(info, lambda call: _contact(call, id or None, phone or None))

    @field(
        "Contacts, a page at a time. Where several conditions meet, a page may hold fewer than "
        "asked for although more follow: go on while `hasNextPage` says so."
    )
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
        order = ORDERS[order_by or ContactOrder.CREATED_DESC]
        match = lists.contact_filter(search or None, filter or None).wanted(order)
        window = Window(order, 50 if first is None else first, after or None)
        return await info.context.act(
            info,
            lambda call: call.load.page(
                model.Contact, match, window, call.plan, call.load.contacts
            ),
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
        raise which("id", "phone")
    return next(iter(call.load.contacts(found, call.plan)), None)
