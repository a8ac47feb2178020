"""The rows of the App Home: what is said of each thing, and what can be done with it."""

from urllib.parse import urlencode

from bot.blocks.elements import Block, actions, button, clipped, context, plain_text, section
from bot.views import schedule
from domain.rules.phone import national
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Failure, Match, Place, Planned, Sample, Talk

OPEN, CLAIM, RETRY, DISMISS = "open_place", "claim", "retry", "dismiss"
TEXT_CONTACT, EDIT_CONTACT = "text_contact", "edit_contact"
NEW_TEMPLATE, EDIT_TEMPLATE, DELETE_TEMPLATE = "new_template", "edit_template", "delete_template"
REDIRECT = "https://slack.com/app_redirect"
MOST_WORDS, MOST_NAME, MOST_ADVICE = 200, 80, 500


def talk(one: Talk, *, claimable: bool) -> list[Block]:
    """A conversation with its last words, to be opened or claimed."""
    state = [f"*{one.unread} new*"] if one.unread else []
    state += [f"waiting for {escaped(one.waiting)}"] if one.waiting else []
    head = " · ".join([_person(one.name, one.place), *state])
    beside = button(Button("Claim", CLAIM, one.thread_id, "primary")) if claimable else _link(one)
    return [section(f"{head}\n{_quote(one.words)}", beside)]


def failure(one: Failure) -> list[Block]:
    """A text that did not arrive: why, and what now."""
    when = f"<!date^{int(one.at.timestamp())}^{{date_short_pretty}} {{time}}|{one.at:%b %d}>"
    head = f"{_person(one.name, one.place)} · sent by {escaped(_line(one.by, MOST_NAME))} · {when}"
    why = clipped(escaped(" ".join(filter(None, (one.reason, one.help)))), MOST_ADVICE)
    retry = [Button("Retry", RETRY, one.message_id, "primary")] if one.may_retry else []
    deeds = actions([*retry, Button("Dismiss", DISMISS, one.message_id)])
    return [section(f"{head}\n{_quote(one.words)}\n:warning: {why}"), deeds]


def planned(one: Planned) -> list[Block]:
    """A text that waits for its time."""
    deeds = [
        Button("Change", schedule.EDIT, one.message_id),
        Button("Send now", schedule.RELEASE, one.message_id, asks=schedule.AT_ONCE),
        Button("Cancel", schedule.CANCEL, one.message_id, "danger", "Nothing will be sent."),
    ]
    said = f"*{escaped(_line(one.name, MOST_NAME))}*\n{_quote(one.words)}"
    by = f" Scheduled by {escaped(_line(one.by, MOST_NAME))}." if one.by else ""
    return [section(said), context(f"{one.when or 'Its time has come.'}{by}"), actions(deeds)]


def match(one: Match) -> list[Block]:
    """A contact that was looked for."""
    known = [national(one.phone), one.email or ""]
    about = " · ".join(escaped(_line(part, MOST_NAME)) for part in known if part)
    deeds = [
        Button("Text", TEXT_CONTACT, one.contact_id, "primary"),
        Button("Edit", EDIT_CONTACT, one.contact_id),
    ]
    return [section(f"*{escaped(_line(one.name, MOST_NAME))}*\n{about}"), actions(deeds)]


def sample(one: Sample) -> list[Block]:
    """A template."""
    whose = "shared" if one.shared else "only yours"
    said = f"*{escaped(_line(one.name, MOST_NAME))}* · {whose}\n{_quote(one.words)}"
    if not one.editable:
        return [section(said)]
    gone = f"“{one.name}” can be chosen no more. Texts that were sent stay."
    deeds = [
        Button("Edit", EDIT_TEMPLATE, one.template_id),
        Button("Delete", DELETE_TEMPLATE, one.template_id, "danger", gone),
    ]
    return [section(said), actions(deeds)]


def address(place: Place) -> str:
    """Where a click leads to a channel, or to a thread in one."""
    parts = {"team": place.team_id, "channel": place.channel_id, "message_ts": place.thread_ts}
    return f"{REDIRECT}?{urlencode({name: value for name, value in parts.items() if value})}"


def _link(one: Talk) -> Block | None:
    """A button that leads there; none while the place is being made."""
    if one.place is None:
        return None
    label = plain_text("Open", 75)
    return {"type": "button", "text": label, "action_id": OPEN, "url": address(one.place)}


def _person(name: str, place: Place | None) -> str:
    said = escaped(_line(name, MOST_NAME))
    return f"*<{address(place)}|{said}>*" if place else f"*{said}*"


def _quote(words: str) -> str:
    return f"> {clipped(escaped(_line(words, MOST_WORDS)), 2 * MOST_WORDS)}" if words else ""


def _line(text: str, most: int) -> str:
    """On one line, at most that long."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
