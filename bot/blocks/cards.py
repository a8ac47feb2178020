"""The head of a conversation: who it is with, how it stands, what can be done; a channel's topic.

Each button's value is the conversation's id.
"""

from datetime import datetime

from bot.blocks.elements import Block, actions, clipped, context, section, sections
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Card, Place

MOST_TOPIC, MOST_FIELD, MOST_TAGS = 250, 1_000, 20
REPLY, OWN_CHANNEL = "reply", "own_channel"
ASSIGN_ME, ASSIGN, SNOOZE = "assign_me", "assign", "snooze"
CLOSE, REOPEN = "close_thread", "reopen_thread"
SCHEDULE, TEMPLATE, REPLY_MODE = "schedule", "use_template", "reply_mode"
CONSENT, EDIT, TIMELINE = "record_consent", "edit_contact", "timeline"
UNCALLED = "📵 On your do-not-call list: no calls, and no advertising by text."
NOBODY = "nobody yet"
MODES = {
    "send": "leaves as a text; replies in a Slack thread are notes",
    "internal": "stays among colleagues; only `Send` leaves",
}
HELD = "⚠️ A text of theirs may mean stop: only answers by hand leave until somebody decides."
HELD_UNTIL = "Undecided by {moment}, it counts as an opt-out."


def card(shown: Card, *, movable: bool = True) -> list[Block]:
    """Who and how, in fields; then the rows of buttons. `movable`: it may get its own channel."""
    blocks = [*sections(headline(shown)), _fields(shown)]
    if shown.held:
        blocks.append(section(_held(shown)))
    blocks += [context(UNCALLED)] if shown.uncalled else []
    blocks += [context(shown.notice)] if shown.notice else []
    blocks += [_trace(shown.earlier)] if shown.earlier else []
    rows = _own(shown) if shown.own_channel else _inbox(shown, movable=movable)
    return [*blocks, *(actions(row) for row in rows)]


def headline(shown: Card) -> str:
    """Who the conversation is with, in the chat's markup."""
    who = escaped(shown.name)
    number = "" if shown.name == shown.phone else f" ({escaped(shown.phone)})"
    return f"Texts with *{who}*{number} at {escaped(shown.sender)}"


def topic(shown: Card) -> str:
    """A channel's topic, in plain words: shown as it is."""
    who = shown.phone if shown.name == shown.phone else f"{shown.name} · {shown.phone}"
    mode = "internal by default" if shown.own_channel and shown.reply_mode == "internal" else ""
    by = f"answered by {shown.assignee or NOBODY}"
    held = "held: may mean stop" if shown.held else ""
    parts = (who, mode, held, shown.consent, by, f"at {shown.sender}")
    return clipped(escaped(" · ".join(filter(None, parts))), MOST_TOPIC)


def moment(at: datetime, look: str = "{date_short_pretty} at {time}") -> str:
    """A moment as each reader's own clock has it."""
    return f"<!date^{int(at.timestamp())}^{look}|{at:%Y-%m-%d %H:%M} UTC>"


def mention(place: Place) -> str:
    """A link to a channel, by which its name is shown to those who may see it."""
    return f"<#{place.channel_id}>"


def _fields(shown: Card) -> Block:
    """What an agent looks for first, two in a row."""
    since = f" ({moment(shown.consent_at, '{date_short_pretty}')})" if shown.consent_at else ""
    status = shown.status
    status += f" until {moment(shown.snoozed_until)}" if shown.snoozed_until else ""
    tags = ", ".join(shown.tags[:MOST_TAGS])
    told = {
        "Consent": escaped(shown.consent or "unknown") + since,
        "Answered by": escaped(shown.assignee or NOBODY),
        "Status": status,
        "Tags": escaped(tags) or "none",
    }
    told |= {"What you write here": MODES[shown.reply_mode]} if shown.own_channel else {}
    return {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": f"*{name}*\n{clipped(value, MOST_FIELD)}"}
            for name, value in told.items()
        ],
    }


def _held(shown: Card) -> str:
    if shown.held_until is None:
        return HELD
    return f"{HELD} {HELD_UNTIL.format(moment=moment(shown.held_until))}"


def _trace(earlier: Place) -> Block:
    where = "in a thread of " if earlier.thread_ts else "in "
    words = f"Earlier texts are {where}{mention(earlier)}."
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]}


def _inbox(shown: Card, *, movable: bool) -> list[list[Button]]:
    """Nothing typed leaves there by itself: the answer is a button."""
    key = shown.thread_id
    first = [Button("Reply", REPLY, key, "primary")]
    first += [Button("Own channel", OWN_CHANNEL, key)] if movable else []
    return [first, _desk(shown), _more(shown)]


def _own(shown: Card) -> list[list[Button]]:
    internal = shown.reply_mode == "internal"
    label = "Answer by default" if internal else "Internal by default"
    return [_desk(shown), [*_more(shown), Button(label, REPLY_MODE, shown.thread_id)]]


def _desk(shown: Card) -> list[Button]:
    """Who answers, and whether anybody has to."""
    key = shown.thread_id
    ending = (
        Button("Reopen", REOPEN, key) if shown.status == "closed" else Button("Close", CLOSE, key)
    )
    taking = [Button("Assign to me", ASSIGN_ME, key), Button("Assign…", ASSIGN, key)]
    return [*taking, ending, Button("Snooze", SNOOZE, key)]


def _more(shown: Card) -> list[Button]:
    """Texts that are made otherwise than by writing, and the person."""
    key = shown.thread_id
    return [
        Button("Schedule", SCHEDULE, key),
        Button("Template", TEMPLATE, key),
        Button("Record consent", CONSENT, key),
        Button("Edit contact", EDIT, key),
        Button("Timeline", TIMELINE, key),
    ]
