"""An agent's own page, the App Home: tabs, ten rows of one of them, and the way to the others."""

from typing import Any

from bot.blocks import campaigns
from bot.blocks.elements import Block, actions, button, context, divider, header, section
from bot.views import health, parts, replies, rows
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped
from domain.values import (
    EVERYBODYS,
    MOST_COUNTED,
    Button,
    Failure,
    HomePage,
    Match,
    Planned,
    Point,
    Progress,
    Responder,
    Row,
    Sample,
    Spot,
    Sums,
    Talk,
    Week,
)

HOME = "home"
WHOSE = "home_tab_whose"
TAB, OLDER, NEWER, SEARCH = "home_tab_", "home_older", "home_newer", "home_search"
LABELS = {
    "mine": "My conversations",
    "unassigned": "Unassigned",
    "failed": "Failed texts",
    "scheduled": "Scheduled",
    "search": "Search",
    "templates": "Templates",
    "campaigns": "Campaigns",
    "replies": "Automatic answers",
    "figures": "Figures",
    "health": "Health",
}
EMPTY = {
    "mine": "You have no open conversations. Look under *Unassigned* for somebody who waits.",
    "unassigned": "Nobody waits: every open conversation is somebody's.",
    "failed": "No text failed in the last seven days.",
    "scheduled": "You have scheduled nothing. `/sms` writes a text for later.",
    "search": "Type a name, a number or an e-mail address, and press Enter.",
    "templates": "There are no templates yet.",
    "campaigns": "There are no campaigns yet. One text to many people begins with *New campaign*.",
    "replies": "There are no rules yet.",
    "figures": "There are no figures yet.",
    "health": "There is nothing to tell.",
}
NOBODYS = "Nobody has scheduled anything."
TO_DECIDE = "*To decide*: these may be asking for no more texts."
NOT_FOUND = "Nobody was found for these words."
HERE = ":speech_balloon: *Answer your customers' text messages from Slack.*"
NOT_FOR_YOU = "This page is for those who answer customers' texts."
FIRST = (
    "1. Text the number of your business from a phone: the conversation appears here.",
    "2. Type `/sms` in any channel to write to a customer first.",
    "3. Under *Health* you see what is still missing.",
)
TOO_MUCH = "This page is too large to be shown here. Use *Search* to find what you need."


def home(page: HomePage) -> View:
    """The whole page."""
    if page.refusal:
        return _view(_refused(page.refusal))
    return _view([_tabs(page), divider(), *_content(page), *_turning(page)])


def short(page: HomePage) -> View:
    """The same without its rows, when they are too much for the chat."""
    return _view([_tabs(page), divider(), section(TOO_MUCH)])


def _view(blocks: list[Block]) -> View:
    return {"type": "home", "callback_id": HOME, "blocks": blocks}


def _refused(refusal: tuple[str, str]) -> list[Block]:
    sentence, advice = refusal
    told = " ".join(filter(None, (sentence, advice)))
    return [header("Threadline"), section(f"{NOT_FOR_YOU}\n{escaped(told)}")]


def _tabs(page: HomePage) -> Block:
    counts = dict(page.counts)
    return actions(
        [
            Button(
                _label(tab, counts.get(tab, 0)),
                f"{TAB}{tab}",
                Spot(tab).text,
                "primary" if tab == page.spot.tab else None,
            )
            for tab in LABELS
        ],
        "tabs",
    )


def _label(tab: str, count: int) -> str:
    shown = f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
    return f"{LABELS[tab]} ({shown})" if count else LABELS[tab]


def _content(page: HomePage) -> list[Block]:
    if page.fresh and page.spot.tab in ("mine", "unassigned"):
        return [section("\n".join((HERE, *FIRST)))]
    if page.spot.tab == "health":
        return health.blocks([one for one in page.rows if isinstance(one, Point)], page.admin)
    told = [block for one in page.rows for block in _row(one, page.spot.tab)]
    return [*_undecided(page), *_above(page), *(told or [section(_nothing(page))])]


def _undecided(page: HomePage) -> list[Block]:
    """What comes before everything else: somebody must say what these customers meant."""
    told = [block for one in page.held for block in _row(one, "held")]
    return [section(TO_DECIDE), *told, divider()] if told else []


def _above(page: HomePage) -> list[Block]:
    """What a tab offers above its rows."""
    if page.spot.tab == "templates":
        return [actions([Button("New template", rows.NEW_TEMPLATE, "new", "primary")], "offers")]
    if page.spot.tab == "campaigns":
        return [actions([Button("New campaign", campaigns.NEW, "new", "primary")], "offers")]
    if page.spot.tab == "replies":
        return replies.above(page.admin)
    if page.spot.tab == "scheduled":
        return [actions([_whose(page.spot)], "offers")]
    if page.spot.tab == "search":
        return [_field(page.spot.query)]
    return []


def _whose(spot: Spot) -> Button:
    """From one's own to everybody's, and back."""
    if spot.query == EVERYBODYS:
        return Button("Only mine", WHOSE, Spot("scheduled").text)
    return Button("Everybody's", WHOSE, Spot("scheduled", (), EVERYBODYS).text)


def _field(query: str) -> Block:
    """Told when Enter is pressed."""
    found = parts.line(query, placeholder="Jane, 760 555 or jane@…", most=100)
    return parts.field(SEARCH, "Find a contact", found, live=True, optional=True)


def _nothing(page: HomePage) -> str:
    if page.spot.tab == "search" and page.spot.query.strip():
        return NOT_FOUND
    if page.spot.query == EVERYBODYS:
        return NOBODYS
    return EMPTY[page.spot.tab]


def _row(one: Row, tab: str) -> list[Block]:
    match one:
        case Talk():
            return rows.talk(one, claimable=tab == "unassigned")
        case Failure():
            return rows.failure(one)
        case Planned():
            return rows.planned(one)
        case Match():
            return rows.match(one)
        case Sample():
            return rows.sample(one)
        case Progress():
            return campaigns.row(one)
        case Responder():
            return replies.responder(one)
        case Week():
            return replies.week(one)
        case Sums():
            return [section("\n".join((f"*{escaped(one.title)}*", *map(escaped, one.lines))))]
        case Point():
            return []


def _turning(page: HomePage) -> list[Block]:
    """Page by page, where there is more than one."""
    turns: list[dict[str, Any]] = []
    if page.newer:
        turns.append(button(Button("Newer", NEWER, page.newer.text)))
    if page.older:
        turns.append(button(Button("Older", OLDER, page.older.text)))
    if not turns:
        return []
    return [{"type": "actions", "block_id": "turning", "elements": turns}, context(_where(page))]


def _where(page: HomePage) -> str:
    return "There is more." if page.older else "This is the end."
