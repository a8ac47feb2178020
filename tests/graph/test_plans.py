"""Every list that the API offers is served by an index: filter and order, no scan, no sort."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from domain.model import Contact, Message, Noun, Thread
from domain.services import pages
from domain.services.filters import (
    UNPLACED,
    ContactFilter,
    MessageFilter,
    Range,
    Raw,
    ThreadFilter,
)
from domain.services.pages import LAST_CONTACT, LATEST, NAME, NEWEST, OLDEST, Order, Window
from tests.clock import NOON

AGENT, ONE = "U0AGENT", str(ObjectId(f"{1:024x}"))
MANY, FIRST = 1_000, 20
TODAY = Range(NOON, NOON + timedelta(days=30))

CONTACTS = {
    "all": (ContactFilter(), NEWEST),
    "all, oldest first": (ContactFilter(), OLDEST),
    "all by name": (ContactFilter(), NAME),
    "all by last contact": (ContactFilter(), LAST_CONTACT),
    "a name": (ContactFilter(search="ja"), NEWEST),
    "two words": (ContactFilter(search="jane do"), NEWEST),
    "a piece of a number": (ContactFilter(search="760"), NEWEST),
    "a status": (ContactFilter(status=("new",)), NEWEST),
    "two states": (ContactFilter(status=("new", "client")), NEWEST),
    "a tag": (ContactFilter(tags_any=("vip",)), NEWEST),
    "all tags": (ContactFilter(tags_all=("vip", "warm")), NEWEST),
    "opted in": (ContactFilter(sms_opt_in=True), NEWEST),
    "an agent's": (ContactFilter(assigned_agent=AGENT), NEWEST),
    "of a month": (ContactFilter(created=TODAY), NEWEST),
}
THREADS = {
    "all": ThreadFilter(),
    "open": ThreadFilter(status=("open",)),
    "open or snoozed": ThreadFilter(status=("open", "snoozed")),
    "an agent's": ThreadFilter(assigned_to=AGENT),
    "nobody's": ThreadFilter(unassigned=True),
    "unread": ThreadFilter(unread=True),
    "a contact's": ThreadFilter(contact_id=ONE),
    "a sender's": ThreadFilter(sender="+15550009999"),
}
MESSAGES = {
    "all": MessageFilter(),
    "a contact's": MessageFilter(contact_id=ONE),
    "a thread's": MessageFilter(thread_id=ONE),
    "inbound": MessageFilter(direction="inbound"),
    "failed": MessageFilter(status=("failed",), direction="outbound"),
    "failed or undelivered": MessageFilter(status=("failed", "undelivered"), direction="outbound"),
    "of a number": MessageFilter(phone="+17605551234"),
    "of a month": MessageFilter(created=TODAY),
}


@pytest.fixture(scope="module")
def many(client: Any, mongodb_uri: str) -> Iterator[None]:
    """A thousand of each, so that the planner has something to choose by."""
    for noun in (Contact, Thread, Message):
        noun._get_collection().delete_many({})
        noun._get_collection().insert_many([_made(noun, place) for place in range(MANY)])
    yield
    for noun in (Contact, Thread, Message):
        noun._get_collection().delete_many({})


def _made(noun: type[Noun], place: int) -> Raw:
    at = NOON + timedelta(minutes=place)
    common = {"_id": ObjectId(f"{place:024x}"), "createdAt": at}
    if noun is Contact:
        return (
            common
            | {
                "phones": [f"+1760{place:07}"],
                "terms": ["ja", "jane", "do", "doe", "760"],
                "status": ("new", "client")[place % 2],
                "tags": ["vip", "warm"],
                "preferences": {"smsOptIn": place % 2 == 0},
                "assignedAgent": AGENT,
                "lastName": f"Name{place % 50}",
                "firstName": "Jane",
            }
            | ({"lastContactDate": at} if place % 2 else {})
        )
    if noun is Thread:
        return (
            common
            | {
                "sender": "+15550009999",
                "phone": f"+1760{place:07}",
                "status": ("open", "snoozed")[place % 2],
                "lastMessageAt": at,
                "unreadCount": place % 2,
                "contactId": ObjectId(ONE),
            }
            | ({"assignedTo": AGENT} if place % 2 else {})
        )
    return common | {
        "origin": f"test:{place}",
        "from": "+17605551234",
        "to": "+15550009999",
        "direction": ("inbound", "outbound")[place % 2],
        "status": ("failed", "undelivered")[place // 2 % 2],
        "contactId": ObjectId(ONE),
        "threadId": ObjectId(ONE),
        "unplaced": True,
    }


def explained(db: Any, noun: type[Noun], match: Raw, window: Window) -> Raw:
    """How MongoDB answers that page, as it says itself."""
    command = {
        "find": noun._get_collection().name,
        "filter": pages.beginning(match, window),
        "sort": dict(window.order.sort),
        "limit": window.first + 1,
    }
    found: Raw = db.command("explain", command, verbosity="executionStats")
    return found


def stages(plan: Any) -> list[str]:
    """All stages of the winning plan."""
    if isinstance(plan, list):
        return [stage for part in plan for stage in stages(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan["stage"]] if "stage" in plan else []
    return own + [stage for part in plan.values() for stage in stages(part)]


def check(db: Any, noun: type[Noun], match: Raw, order: Order) -> None:
    """No scan, no sort, and keys in proportion to the page: on the first and on a later page."""
    window = Window(order, FIRST)
    deep = pages.page(noun, match, Window(order, 200))
    assert len(deep.documents) == 200
    later = Window(order, FIRST, deep.cursor(deep.documents[-1]))
    for asked in (window, later):
        found = explained(db, noun, match, asked)
        used = stages(found["queryPlanner"]["winningPlan"])
        assert not {"COLLSCAN", "SORT"} & set(used), used
        assert found["executionStats"]["nReturned"] == FIRST + 1
        assert found["executionStats"]["totalKeysExamined"] <= 8 * (FIRST + 1)


@pytest.mark.parametrize(("wanted", "order"), CONTACTS.values(), ids=CONTACTS)
def test_contacts_are_served_by_an_index(
    many: None, client: Any, wanted: ContactFilter, order: Order
) -> None:
    check(Contact._get_db(), Contact, wanted.match(), order)


@pytest.mark.parametrize("wanted", THREADS.values(), ids=THREADS)
def test_conversations_are_served_by_an_index(
    many: None, client: Any, wanted: ThreadFilter
) -> None:
    check(Thread._get_db(), Thread, wanted.match(), LATEST)


@pytest.mark.parametrize("wanted", MESSAGES.values(), ids=MESSAGES)
def test_texts_are_served_by_an_index(many: None, client: Any, wanted: MessageFilter) -> None:
    check(Message._get_db(), Message, wanted.match(), NEWEST)


def test_unplaced_texts_are_served_by_an_index(many: None, client: Any) -> None:
    check(Message._get_db(), Message, UNPLACED, NEWEST)
