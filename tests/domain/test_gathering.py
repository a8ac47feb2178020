"""What an agent's own page holds, and what reading it costs among thousands of others' things."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain.model import Agent, Contact, Message, Thread
from domain.ports import Finding
from domain.rules.search import found_by
from domain.services import agents
from domain.services.figures import keeping
from domain.services.home import failures, gathering
from domain.services.home.gathering import Asked
from domain.values import Failure, HomePage, Match, Planned, Point, Spot, Talk
from domain.values.home import TABS
from tests.clock import NOON
from tests.domain.build import AGENT, OURS, POLICY, SERVICE, later, person, received

MANY = 400
MOST_KEYS = 320  # ten rows at twenty keys, and a hundred of a count
pytestmark = pytest.mark.usefixtures("db")


def ann(**flags: Any) -> Agent:
    return agents.learn(person(**flags), NOON)


def page(tab: str = "mine", query: str = "", **more: Any) -> HomePage:
    spot = more.pop("spot", Spot(tab, (), query))
    return gathering.page(Asked(more.pop("agent", None) or ann(), spot, later(60), **more))


def talks(count: int, **fields: Any) -> list[ObjectId]:
    """Open conversations, the last one the latest, every third of them unread."""
    rows = [
        {
            "sender": OURS,
            "phone": f"+1760{ObjectId()}",
            "status": "open",
            "unreadCount": number % 3,
            "lastMessageAt": NOON - timedelta(seconds=count - number),
            "createdAt": NOON,
        }
        | fields
        for number in range(count)
    ]
    return list(Thread._get_collection().insert_many(rows).inserted_ids)


def texts(count: int, **fields: Any) -> None:
    """Texts of ours that failed, the last one the latest."""
    rows = [
        {
            "origin": f"t:{ObjectId()}",
            "direction": "outbound",
            "status": "failed",
            "from": OURS,
            "to": "+17605550111",
            "body": f"Text {number}",
            "sentBy": {"kind": "agent", "key": AGENT},
            "createdAt": NOON - timedelta(seconds=count - number),
        }
        | fields
        for number in range(count)
    ]
    Message._get_collection().insert_many(rows)


def all_pages(tab: str) -> list[HomePage]:
    """Every page of a tab, from the first on."""
    found = [page(tab)]
    while found[-1].older:
        found.append(page(spot=found[-1].older))
    return found


def test_every_tab_has_its_page() -> None:
    assert set(gathering.TABS) == set(TABS)


@pytest.mark.parametrize("tab", ["mine", "unassigned"])
def test_every_conversation_is_on_one_page_unread_first(tab: str) -> None:
    mine = {"assignedTo": AGENT}
    ids = talks(37, **(mine if tab == "mine" else {}))
    talks(5, **({} if tab == "mine" else mine))
    talks(5, assignedTo="U9")
    rows = [row for one in all_pages(tab) for row in one.rows if isinstance(row, Talk)]
    assert sorted(row.thread_id for row in rows) == sorted(map(str, ids))
    unread = [row.unread for row in rows]
    assert unread == sorted(unread, reverse=True)


def test_the_way_back_is_the_way_there() -> None:
    talks(25, assignedTo=AGENT)
    first, second, third = all_pages("mine")
    assert third.newer == second.spot
    assert second.newer == first.spot
    assert (first.newer, third.older) == (None, None)
    assert page(spot=second.newer).rows == first.rows


def test_only_conversations_of_ones_own_workspace_wait() -> None:
    talks(3)
    (other,) = talks(1, sender=SERVICE)
    found = page("unassigned", senders=(SERVICE,))
    assert [row.thread_id for row in found.rows if isinstance(row, Talk)] == [str(other)]
    assert dict(found.counts)["unassigned"] == 1


def test_somebody_waits_since_their_first_unread_text() -> None:
    thread = Thread.objects.get(id=received("One").thread_id)
    received("Two", now=later(30))
    thread.update(set__unread_count=2, set__assigned_to=AGENT)
    (row,) = page().rows
    assert isinstance(row, Talk)
    assert row.waiting == "1 min"


def test_what_is_to_be_decided_comes_first_the_most_urgent_before_all() -> None:
    ours = {"heldForReview": True, "assignedTo": "U9", "status": "closed"}
    made = [
        talks(1, **ours, review={"key": f"k{days}", "phone": "+1", "dueAt": later(days=days)})[0]
        for days in (9, 1, 5)
    ]
    found = [one.thread_id for one in page("unassigned").held if isinstance(one, Talk)]
    assert found == [str(made[place]) for place in (1, 2, 0)]
    assert page("unassigned", senders=(SERVICE,)).held == ()
    assert page("failed").held == ()


def test_those_who_are_no_agents_see_nothing_of_it() -> None:
    talks(3)
    refused = page("unassigned", agent=ann(guest=True))
    assert (refused.rows, refused.counts, refused.older) == ((), (), None)
    assert refused.refusal
    assert "Guests" in refused.refusal[0]


def test_what_failed_is_on_pages_newest_first() -> None:
    texts(23)
    rows = [row for one in all_pages("failed") for row in one.rows if isinstance(row, Failure)]
    assert [row.words for row in rows] == [f"Text {number}" for number in reversed(range(23))]
    assert all(row.may_retry for row in rows)


@pytest.mark.parametrize(
    "aside",
    [
        {"dismissedBy": [AGENT]},
        {"retriedAt": NOON},
        {"createdAt": NOON - timedelta(days=8)},
        {"status": "canceled"},
        {"status": "delivered"},
        {"status": "refused", "sentBy": {"kind": "token", "key": "t"}},
    ],
)
def test_what_nobody_needs_to_see_to_is_not_there(aside: dict[str, Any]) -> None:
    texts(2, **aside)
    found = page("failed")
    assert (found.rows, dict(found.counts)["failed"]) == ((), 0)


def test_why_a_text_failed_is_always_said() -> None:
    refused = {"status": "refused", "decision": {"allowed": False, "message": "No consent."}}
    texts(1, status="undelivered")
    texts(1, status="unknown")
    texts(1, **refused)
    told = {row.reason for row in page("failed").rows if isinstance(row, Failure)}
    assert told == {failures.UNSAID, failures.UNSURE, "No consent."}


def test_what_is_planned_comes_by_its_time() -> None:
    (thread_id,) = talks(1)
    for hour in (3, 1, 2):
        when = later(hours=hour)
        texts(1, status="scheduled", sendAt=when, threadId=thread_id, body=f"In {hour}")
    texts(1, status="scheduled", sendAt=NOON, threadId=thread_id, sentBy={"key": "U9"})
    rows = [row for row in page("scheduled").rows if isinstance(row, Planned)]
    assert [row.words for row in rows] == ["In 1", "In 2", "In 3"]
    assert all(row.when.startswith("Leaves") for row in rows)


def test_nothing_is_looked_for_without_words() -> None:
    received()
    assert page("search", "  ").rows == ()
    (found,) = page("search", "760").rows
    assert isinstance(found, Match)


def test_what_does_not_work_comes_first() -> None:
    def checks() -> Sequence[Finding]:
        return [Finding(one, one, "…") for one in ("ok", "warning", "failed", "ok")]

    rows = [row for row in page("health", checks=checks).rows if isinstance(row, Point)]
    assert [row.status for row in rows] == ["failed", "warning", "ok", "ok"]
    assert page("health").rows == ()


def test_nothing_at_all_is_told_apart_from_nothing_here() -> None:
    assert page().fresh
    talks(1)
    assert not page().fresh


@pytest.fixture
def profile(db: Database[dict[str, Any]]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the database did from now on, among hundreds of everybody's things."""
    agent = ann()
    talks(MANY, assignedTo="U9")
    talks(MANY)
    talks(MANY, assignedTo=agent.user_id)
    talks(MANY, assignedTo=agent.user_id, status="closed")
    texts(MANY, status="delivered")
    texts(MANY, createdAt=NOON - timedelta(days=30))
    texts(MANY)
    texts(MANY, status="scheduled", sendAt=NOON, sentBy={"kind": "agent", "key": "U9"})
    people = [
        {"firstName": "Jo", "lastName": f"N{n}", "phone": f"+1760{n}", "createdAt": NOON}
        | found_by(["Jo", f"N{n}"], [f"+1760{n}"], None)
        for n in range(MANY)
    ]
    Contact._get_collection().insert_many(people)
    assert list(keeping.rebuild_all(ZoneInfo(POLICY.consent.zone), later(60)))
    db.command("profile", 2)
    ours = {"planSummary": {"$exists": True}, "ns": {"$ne": f"{db.name}.system.profile"}}
    yield lambda: list(db["system.profile"].find(ours))
    db.command("profile", 0)
    db["system.profile"].drop()


def test_a_page_costs_the_same_among_thousands(
    profile: Callable[[], list[dict[str, Any]]],
) -> None:
    agent = agents.known(AGENT)
    firsts = [page(tab, "jo", agent=agent) for tab in TABS]
    seconds = [page(spot=one.older, agent=agent) for one in firsts if one.older]
    assert len(seconds) == 4
    done = profile()
    assert [one["command"] for one in done if "COLLSCAN" in one["planSummary"]] == []
    assert [one["command"] for one in done if one.get("hasSortStage")] == []
    costly = [
        (one["planSummary"], one["keysExamined"], one["command"])
        for one in done
        if one.get("keysExamined", 0) > MOST_KEYS or one.get("docsExamined", 0) > MOST_KEYS
    ]
    assert costly == []
