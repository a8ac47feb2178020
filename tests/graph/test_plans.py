"""Every list that the API offers, in every combination: no scan, no sort, few keys, all of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain.model import Campaign, Contact, Link, Message, Noun, Recipient, Template, Thread
from domain.policy import Policy
from domain.rules import search
from domain.services import links
from domain.services.automation import templates
from domain.services.campaigns.sending import breaking
from domain.services.campaigns.showing import counting, exclusions, results
from domain.services.links.shortening import shortened
from domain.services.lists import pages
from domain.services.lists.filters import (
    UNPLACED,
    ContactFilter,
    MessageFilter,
    Range,
    Raw,
    ThreadFilter,
)
from domain.services.lists.pages import LAST_CONTACT, LATEST, NAME, NEWEST, OLDEST, Order, Window
from domain.services.lists.wanted import Wanted
from graph import outcomes
from tests.clock import NOON
from tests.domain.test_links import SHORT

Judge = Callable[[Raw], bool]
Done = Callable[[], list[Raw]]
MANY, FIRST, KEYS_EACH = 1_000, 20, 20
LINE = "+15550009999"
ONE = ObjectId(f"{1:024x}")
CHANCE = Random(7)
FIRST_NAMES = ("Jane", "Jack", "Mary", "Omar", "Ana", "Wei", "Lena", "Paul")
LAST_NAMES = ("Doe", "Smith", "Jansen", "García", "Okafor", "Lee", "Novak", "Rossi", "Kim", "Ray")
WORDS = ("garden", "garage", "school", "loan", "keys", "Thursday", "visit", "price", "roof", "pool")
WEEK = Range(NOON + timedelta(hours=10), NOON + timedelta(hours=80))

CONTACTS = {
    "a word": ContactFilter(search="ja"),
    "two words": ContactFilter(search="jane smi"),
    "a piece": ContactFilter(search="760"),
    "a number": ContactFilter(search="0000123"),
    "a status": ContactFilter(status=("client",)),
    "states": ContactFilter(status=("new", "qualified")),
    "a tag": ContactFilter(tags_any=("vip",)),
    "tags": ContactFilter(tags_all=("vip", "warm")),
    "opted in": ContactFilter(sms_opt_in=True),
    "an agent's": ContactFilter(assigned_agent="U3"),
    "made": ContactFilter(created=WEEK),
    "met": ContactFilter(last_contact=WEEK),
    "noted": ContactFilter(notes_text="garden"),
}
THREADS = {
    "open": ThreadFilter(status=("open",)),
    "open or snoozed": ThreadFilter(status=("open", "snoozed")),
    "an agent's": ThreadFilter(assigned_to="U3"),
    "nobody's": ThreadFilter(unassigned=True),
    "unread": ThreadFilter(unread=True),
    "read": ThreadFilter(unread=False),
    "a contact's": ThreadFilter(contact_id=str(ONE), merged_ids=(f"{2:024x}",)),
    "a sender's": ThreadFilter(sender=LINE),
}
MESSAGES = {
    "a contact's": MessageFilter(contact_id=str(ONE), merged_ids=(f"{2:024x}",)),
    "a thread's": MessageFilter(thread_id=str(ONE)),
    "inbound": MessageFilter(direction="inbound"),
    "failed": MessageFilter(status=("failed",)),
    "failed or undelivered": MessageFilter(status=("failed", "undelivered")),
    "theirs": MessageFilter(phone="+17600000007"),
    "ours": MessageFilter(phone=LINE),
    "a campaign's": MessageFilter(campaign_id=str(ONE)),
    "worded": MessageFilter(text="garden visit"),
    "made": MessageFilter(created=WEEK),
}


NAMES = [f"{kind} {word} {n}" for kind in ("house", "flat") for word in WORDS for n in range(99)]


def joined(filters: Any, parts: tuple[Any, ...]) -> Any:
    """One filter with all of their conditions; the last word counts."""
    blank = filters()
    said = {
        name: value
        for part in parts
        for name, value in vars(part).items()
        if value != getattr(blank, name)
    }
    return replace(blank, **said)


def together(filters: Any, menu: dict[str, Any], step: int) -> dict[str, Any]:
    """No condition, each one, and two together: one pair of so many, or all with some threes."""
    threes = [] if step > 1 else [*combinations(menu, 3)][::5]
    chosen = [(), *combinations(menu, 1), *[*combinations(menu, 2)][::step], *threes]
    return {
        " + ".join(names) or "all": joined(filters, tuple(menu[name] for name in names))
        for names in chosen
    }


def contact(place: int, at: Any) -> Raw:
    """Somebody, by chance."""
    first, last = CHANCE.choice(FIRST_NAMES), CHANCE.choice(LAST_NAMES)
    phone, notes = f"+1760{place:07}", " ".join(CHANCE.sample(WORDS, CHANCE.randrange(3)))
    made = {
        "phone": phone,
        "phones": [phone],
        "status": CHANCE.choice(("new", "contacted", "qualified", "nurturing", "client")),
        "tags": CHANCE.sample(("vip", "warm", "cold", "buyer", "seller"), CHANCE.randrange(4)),
        "preferences": {"smsOptIn": CHANCE.random() < 0.3},
        "assignedAgent": f"U{CHANCE.randrange(8)}",
        "firstName": first,
        "lastName": last,
        "notes": notes,
        **search.found_by((first, last), [phone], notes),
    }
    met = {"lastContactDate": at - timedelta(hours=CHANCE.randrange(50))}
    merged = {"mergedInto": ObjectId()} if place % 97 == 0 else {}
    return made | merged | (met if CHANCE.random() < 0.6 else {})


def thread(place: int, at: Any) -> Raw:
    """A conversation, by chance."""
    agent = CHANCE.randrange(10)
    return {
        "sender": LINE if CHANCE.random() < 0.8 else "+15550008888",
        "phone": f"+1760{place:07}",
        "status": CHANCE.choice(("open", "snoozed", "closed", "closed")),
        "lastMessageAt": at,
        "unreadCount": CHANCE.choice((0, 0, 0, 2)),
        "contactId": ObjectId(f"{CHANCE.randrange(5):024x}"),
    } | ({"assignedTo": f"U{agent}"} if agent < 8 else {})


def message(place: int, _: Any) -> Raw:
    """A text, by chance."""
    theirs, ours = f"+1760{CHANCE.randrange(40):07}", CHANCE.choice((LINE, "+15550008888"))
    inbound = CHANCE.random() < 0.5
    body = " ".join(CHANCE.sample(WORDS, 4))
    return {
        "origin": f"test:{place}",
        "from": theirs if inbound else ours,
        "to": ours if inbound else theirs,
        "direction": "inbound" if inbound else "outbound",
        "status": "received"
        if inbound
        else CHANCE.choice(("delivered", "delivered", "failed", "undelivered")),
        "body": body,
        "words": search.spoken(body),
        "contactId": ObjectId(f"{CHANCE.randrange(5):024x}"),
        "threadId": ObjectId(f"{CHANCE.randrange(5):024x}"),
        "campaignId": ObjectId(f"{CHANCE.randrange(5):024x}"),
        "unplaced": True,
    }


MAKERS = {Contact: contact, Thread: thread, Message: message}
Lists = dict[type[Noun], list[Raw]]


@pytest.fixture(scope="module")
def lists(client: Any, mongodb_uri: str) -> Iterator[Lists]:
    """Very many of each, a third of them made in one moment, as an import makes them."""
    made: Lists = {}
    for noun, make in MAKERS.items():
        made[noun] = []
        for place in range(MANY):
            at = NOON + timedelta(minutes=max(place, MANY // 3) * 5)
            common = {"_id": ObjectId(f"{place:024x}"), "createdAt": at}
            made[noun].append(common | make(place, at))
        noun._get_collection().delete_many({})
        noun._get_collection().insert_many(made[noun])
    yield made
    for noun in MAKERS:
        noun._get_collection().delete_many({})


@pytest.fixture
def profile(lists: Lists) -> Iterator[Done]:
    """What the database did since it was last asked: one record for each command."""
    db: Database[Raw] = Contact._get_db()
    seen = 0

    def done() -> list[Raw]:
        nonlocal seen
        new = list(db["system.profile"].find({"planSummary": {"$exists": True}}).skip(seen))
        found = [one for one in new if not one["ns"].endswith("system.profile")]
        seen += len(new)
        return found

    db.command("profile", 2)
    yield done
    db.command("profile", 0)
    db["system.profile"].drop()


def walked(noun: type[Noun], wanted: Raw | Wanted, order: Order, first: int = 200) -> list[Any]:
    """The ids of the whole list, page by page."""
    found: list[Any] = []
    after = None
    while True:
        page = pages.page(noun, wanted, Window(order, first, after))
        found += [raw["_id"] for raw in page.documents]
        if not page.has_next:
            return found
        after = page.end


def check(name: str, noun: type[Noun], wanted: Raw | Wanted, order: Order, done: Done) -> None:
    """No scan, no sort, and few keys: on the first page and on the next ones."""
    after = None
    done()
    for _ in range(3):
        page = pages.page(noun, wanted, Window(order, FIRST, after))
        commands = done()
        plans = [(one["keysExamined"], one["planSummary"]) for one in commands]
        assert not any("COLLSCAN" in summary for _, summary in plans), (name, plans)
        assert not any(one.get("hasSortStage") for one in commands), (name, plans)
        assert sum(keys for keys, _ in plans) <= KEYS_EACH * FIRST, (name, plans)
        after = page.end
        if not page.has_next:
            return


def expected(made: list[Raw], admits: Judge, order: Order) -> list[Any]:
    """The list as it should be."""
    return [one["_id"] for one in order.sorted([one for one in made if admits(one)])]


ORDERS = pytest.mark.parametrize(
    "order", [NEWEST, OLDEST, LAST_CONTACT, NAME], ids=lambda o: o.name
)


SOME = [pytest.param(5, id="some"), pytest.param(1, id="all", marks=pytest.mark.long)]


@ORDERS
@pytest.mark.parametrize("step", SOME)
def test_contacts_are_found_with_few_keys_by_any_conditions(
    lists: Lists, profile: Done, order: Order, step: int
) -> None:
    for name, one in together(ContactFilter, CONTACTS, step).items():
        check(name, Contact, one.wanted(order), order, profile)
        found = walked(Contact, one.wanted(order), order)
        assert found == expected(lists[Contact], one.admits, order), name


@pytest.mark.parametrize("step", SOME)
def test_conversations_are_found_with_few_keys_by_any_conditions(
    lists: Lists, profile: Done, step: int
) -> None:
    for name, one in together(ThreadFilter, THREADS, step).items():
        check(name, Thread, one.wanted(LATEST), LATEST, profile)
        found = walked(Thread, one.wanted(LATEST), LATEST)
        assert found == expected(lists[Thread], one.admits, LATEST), name


@pytest.mark.parametrize("step", SOME)
def test_texts_are_found_with_few_keys_by_any_conditions(
    lists: Lists, profile: Done, step: int
) -> None:
    for name, one in together(MessageFilter, MESSAGES, step).items():
        check(name, Message, one.wanted(NEWEST), NEWEST, profile)
        found = walked(Message, one.wanted(NEWEST), NEWEST)
        assert found == expected(lists[Message], one.admits, NEWEST), name


def test_unplaced_texts_are_served_by_an_index(lists: Lists, profile: Done) -> None:
    check("unplaced", Message, UNPLACED, NEWEST, profile)


@pytest.mark.parametrize("query", ["", "view", "ho", "ho view", "nothing"])
def test_templates_are_served_by_indexes(profile: Done, query: str) -> None:
    Template._get_collection().delete_many({})
    made = [
        {"name": name, "key": name, "found": search.names([name]), "desk": desk}
        for number, name in enumerate(NAMES)
        for desk in [("shared", "own:me", "own:other")[number % 3]]
    ]
    Template._get_collection().insert_many(made)
    wanted = templates.wanted(query, "me")
    check(query, Template, wanted, templates.BY_KEY, profile)
    seen = [one for one in made if one["desk"] != "own:other"]
    names = [one["name"] for one in seen if set(search.sought(query)) <= set(one["found"])]
    assert len(walked(Template, wanted, templates.BY_KEY)) == len(names)


def test_texts_of_a_campaign_in_one_state_read_few_keys(lists: Lists, profile: Done) -> None:
    profile()
    window, failed = Window(NEWEST, FIRST), {"status": "failed"}
    found = pages.pages_of(Contact, [ONE], Message, "campaignId", window, None, failed)
    (command,) = profile()
    assert {one["status"] for one in found[ONE].documents} == {"failed"}
    assert len(found[ONE].documents) == FIRST
    assert command["keysExamined"] <= 3 * FIRST, command
    assert not command.get("hasSortStage")


def test_short_links_are_found_by_indexes(lists: Lists, profile: Done) -> None:
    Link._get_collection().delete_many({})
    at, texts = NOON, [f"test:{place}" for place in range(200)]
    body = "https://example.com/a"
    words = [shortened(body, one, f"+1760{len(one):07}{one[5:]}", at, SHORT) for one in texts]
    Message._get_collection().update_many({"origin": texts[7]}, {"$set": {"attemptedAt": at}})
    profile()
    shortened(body, texts[7], LINE, at, SHORT)
    found = links.follow(words[7][-11:], at, SHORT)
    assert isinstance(found, links.Followed)
    assert links.clicked(found, at)
    links.of(texts[:5])
    links.likewise("Hello", texts[7], LINE, at, SHORT)
    links.lasting(texts[7], at, SHORT)
    links.forget([LINE], texts[8:9])
    links.tidy(at)
    commands = profile()
    assert len(commands) >= 10
    for one in commands:
        assert "COLLSCAN" not in one["planSummary"], one["command"]
        assert one.get("keysExamined", 0) <= 12, one["command"]
    Link._get_collection().delete_many({})


def test_what_is_told_of_campaigns_is_served_by_indexes(lists: Lists, profile: Done) -> None:
    raws = [{"_id": ObjectId(f"{own:024x}"), "status": "canceled"} for own in range(5)]
    some = {"campaignId": ONE, "dueAt": NOON, "contactId": ONE}
    made = [some | {"phone": str(n), "state": "excluded", "code": "A"} for n in range(500)]
    Recipient._get_collection().insert_many(made)
    texts = Message._get_collection()
    marks = {"repliedAt": NOON, "leftAt": NOON, "filtered": True, "clickedAt": NOON}
    texts.update_many({"campaignId": ONE, "status": "failed"}, {"$set": marks})
    profile()
    results.of(raws, Policy())
    exclusions.grouped(raws)
    counting.counted(raws)
    window = Window(outcomes.LISTED, FIRST)
    where = {"state": "excluded"}
    pages.pages_of(Campaign, [ONE], Recipient, "campaignId", window, None, where)
    breaking.reason(Campaign(id=ONE), NOON, Policy())
    for command in profile():
        assert "COLLSCAN" not in command["planSummary"], command
        assert not command.get("hasSortStage"), command
    Recipient._get_collection().delete_many({})


def test_nested_pages_read_few_keys(lists: Lists, profile: Done) -> None:
    ids = [ObjectId(f"{own:024x}") for own in range(5)]
    cursor = None
    for _ in range(2):
        profile()
        window = Window(NEWEST, FIRST, cursor)
        found = pages.pages_of(Contact, ids, Message, "contactId", window)
        assert [len(found[own].documents) for own in ids] == [FIRST] * 5
        (command,) = profile()
        assert command["keysExamined"] <= 3 * len(ids) * FIRST, command
        assert not command.get("hasSortStage")
        cursor = found[ids[0]].cursor(found[ids[0]].documents[-1])
