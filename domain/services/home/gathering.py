"""What somebody's own page shows at this moment: ten rows of one tab, and how much is elsewhere.

Each list is read from an index, a page at a time; counts stop at a hundred.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.errors import InvalidInput
from domain.model import Agent, Contact, Message, Template, Thread
from domain.policy import Policy
from domain.ports import Checks
from domain.services.automation import templates
from domain.services.campaigns.showing import telling
from domain.services.home import automatic, failures, rows, sums
from domain.services.lists import pages
from domain.services.lists.filters import ContactFilter
from domain.services.lists.orders import NAME, NEWEST, Order
from domain.services.lists.pages import Page, Window
from domain.services.lists.wanted import Driver, Raw, Wanted
from domain.values import EVERYBODYS, MOST_COUNTED, HomePage, Point, Row, Spot

ROWS, MOST_HELD = 10, 5
DESKS = ("mine", "unassigned")
DESK = Order("desk", ("unreadCount", "lastMessageAt", "_id"), -1)
PLANNED = Order("planned", ("sendAt", "_id"), 1)
BADNESS = ("failed", "warning", "ok")


@dataclass(frozen=True)
class Asked:
    """Who looks at which spot, when; `senders`: only conversations of these, if there are any."""

    agent: Agent
    spot: Spot
    now: datetime
    senders: tuple[str, ...] = ()
    checks: Checks | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def window(self) -> Window:
        """The part of a list that the page shows, in the order given."""
        return Window(NEWEST, ROWS, self.spot.after)


def page(asked: Asked) -> HomePage:
    """The whole page; who is no agent gets the reason instead."""
    bar = asked.agent.bar
    if bar:
        return HomePage(Spot(), refusal=(bar.message, bar.help))
    try:
        found, older = TABS[asked.spot.tab](asked)
    except InvalidInput:
        if not asked.spot.trail:
            raise
        return page(replace(asked, spot=replace(asked.spot, trail=())))  # a cursor of other days
    return HomePage(
        spot=asked.spot,
        held=tuple(_held(asked)),
        rows=tuple(found),
        counts=_counts(asked),
        older=asked.spot.older(older) if older else None,
        newer=asked.spot.newer,
        admin=asked.agent.is_admin,
        fresh=not found and asked.spot.tab in DESKS and _nothing(),
    )


Found = tuple[Sequence[Row], str | None]


def _mine(asked: Asked) -> Found:
    return _talks(asked, asked.agent.user_id)


def _unassigned(asked: Asked) -> Found:
    return _talks(asked, None)


def _talks(asked: Asked, agent_id: str | None) -> Found:
    found = pages.page(Thread, _desk(asked, agent_id), replace(asked.window, order=DESK))
    return rows.talks(found.documents, asked.now), _end(found)


def _held(asked: Asked) -> Sequence[Row]:
    """Whose words may mean stop, the most urgent first: nobody has decided yet."""
    if asked.spot.tab not in DESKS or asked.spot.trail:
        return ()
    match = {"heldForReview": True, "review.dueAt": {"$exists": True}}
    match |= {"sender": {"$in": list(asked.senders)}} if asked.senders else {}
    found = Thread._get_collection().find(match).sort("review.dueAt", 1).limit(MOST_HELD)
    return rows.talks(list(found), asked.now)


def _failed(asked: Asked) -> Found:
    found = failures.listed(asked.agent.user_id, asked.senders, asked.window, asked.now)
    return rows.failed(found.documents), _end(found)


def _scheduled(asked: Asked) -> Found:
    """One's own, or everybody's but campaigns': who is away must not be the only one to see it."""
    waits = {"status": "scheduled"}
    own = {"sentBy.key": asked.agent.user_id} | waits
    wanted = Wanted((Driver("scheduled", (own,)),))
    if asked.spot.query == EVERYBODYS:
        ours = {"$in": list(asked.senders)}
        rest: tuple[Raw, ...] = ({"campaignId": {"$exists": False}},)
        rest += ({"$or": [{"from": ours}, {"messagingServiceSid": ours}]},) if asked.senders else ()
        wanted = Wanted((Driver("planned", (waits,)),), rest=rest)
    found = pages.page(Message, wanted, replace(asked.window, order=PLANNED))
    return rows.planned(found.documents, asked.agent), _end(found)


def _search(asked: Asked) -> Found:
    if not asked.spot.query.strip():
        return (), None
    wanted = ContactFilter(search=asked.spot.query).wanted(NAME)
    found = pages.page(Contact, wanted, replace(asked.window, order=NAME))
    return rows.matches(found.documents), _end(found)


def _templates(asked: Asked) -> Found:
    """Everybody's and their own, by name."""
    wanted = templates.wanted("", asked.agent.user_id)
    found = pages.page(Template, wanted, replace(asked.window, order=templates.BY_KEY))
    return rows.samples(found.documents, asked.agent.user_id), _end(found)


def _campaigns(asked: Asked) -> Found:
    """Everybody's."""
    found = telling.latest(asked.window, asked.senders)
    return telling.told(found.documents, asked.now), _end(found)


def _replies(asked: Asked) -> Found:
    """The business hours first; rules are few, so they are counted off."""
    start = ROWS * len(asked.spot.trail)
    found = automatic.listed(asked.agent, asked.now, start, ROWS)
    older = str(start + ROWS) if len(found) > ROWS else None
    return found[:ROWS], older


def _figures(asked: Asked) -> Found:
    """Of the workspace's senders."""
    return sums.told(asked.senders, asked.now, asked.policy), None


def _health(asked: Asked) -> Found:
    """What does not work comes first."""
    told = asked.checks() if asked.checks else ()
    found = [Point(one.name, one.status, one.message, one.fix, one.at) for one in told]
    return sorted(found, key=lambda one: BADNESS.index(one.status)), None


TABS: dict[str, Callable[[Asked], Found]] = {
    "mine": _mine,
    "unassigned": _unassigned,
    "failed": _failed,
    "scheduled": _scheduled,
    "search": _search,
    "templates": _templates,
    "campaigns": _campaigns,
    "replies": _replies,
    "figures": _figures,
    "health": _health,
}


def _counts(asked: Asked) -> tuple[tuple[str, int], ...]:
    unread = {"unreadCount": {"$gt": 0}}
    talks = Thread._get_collection()
    mine = {"assignedTo": asked.agent.user_id, "status": "open"} | unread
    free = _desk(asked, None).match
    return (
        ("mine", talks.count_documents(mine, limit=MOST_COUNTED, hint="desk")),
        ("unassigned", talks.count_documents(free, limit=MOST_COUNTED, hint="desk")),
        ("failed", failures.count(asked.agent.user_id, asked.senders, asked.now)),
    )


def _desk(asked: Asked, agent_id: str | None) -> Wanted:
    """Open conversations of that agent, or of nobody among those of the agent's workspace."""
    whose = {"assignedTo": agent_id if agent_id else {"$exists": False}}
    driver = Driver("desk", (whose | {"status": "open"},))
    others = {"sender": {"$in": list(asked.senders)}}
    return Wanted((driver,), rest=(others,) if asked.senders and agent_id is None else ())


def _nothing() -> bool:
    """Whether nobody has written or been written to yet."""
    return Thread._get_collection().find_one({}, {"_id": 1}, hint="latest") is None


def _end(found: Page) -> str | None:
    return found.end if found.has_next else None
