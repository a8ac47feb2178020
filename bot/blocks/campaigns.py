"""A campaign's message: a bar, the counts, when it ends, and what can be done with it now.

Each button's value is the campaign's id.
"""

from typing import Any

from bot.blocks.cards import moment
from bot.blocks.elements import Block, actions, clipped, plain_text, section
from domain.rules import money
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Outcome, Progress, Tally

NEW, PREVIEW, TEST, EDIT = "campaign_new", "campaign_preview", "campaign_test", "campaign_edit"
START, LOOK = "campaign_start", "campaign_look"
PAUSE, RESUME, CANCEL = "campaign_pause", "campaign_resume", "campaign_cancel"
ADMINS = (RESUME, CANCEL)
"""Once it was started; a draft is everybody's."""
RESULTS = "campaign_results"
TURN = "Each is looked at when their turn comes: who may not be texted is left out then."
CELLS, FULL, EMPTY = 20, "▓", "░"
MOST_NAME, MOST_FAILURES, MOST_REASON = 100, 8, 150
STATES = {
    "draft": "📝 draft",
    "scheduled": "🕒 scheduled",
    "running": "▶️ running",
    "paused": "⏸️ paused",
    "stopped_by_breaker": "🛑 stopped itself",
    "canceled": "✖️ canceled",
    "done": "✅ done",
}
STOPPED = (
    "Nothing more of it leaves by itself. *Results* says what happened. *Resume* sends the rest as "
    "it is; to change the words or the list, press *Cancel* and make a new campaign."
)
CALL_OFF = "What has not left yet never leaves. A campaign that was canceled cannot go on."
GO_ON = "It goes on where it was: the others get their text."


def content(shown: Progress) -> dict[str, Any]:
    """`text` for notifications and screen readers, `blocks` for the rest."""
    return {"text": headline(shown), "blocks": message(shown)}


def row(shown: Progress, *, steers: bool = True) -> list[Block]:
    """The campaign as one of a list."""
    head = f"*{_name(shown)}* · {state(shown)}"
    begun = shown.status not in ("draft", "scheduled")
    lines = [head, bar(shown.tally), counts(shown)] if begun else [head]
    able = buttons(shown, steers=steers)
    return [section("\n".join(lines)), small(timing(shown)), actions(able)]


def message(shown: Progress) -> list[Block]:
    """The whole message."""
    blocks = [section(f"📣 *{_name(shown)}* · {state(shown)}\n{bar(shown.tally)}\n{counts(shown)}")]
    blocks += (
        [section(f"{escaped(shown.reason)}\n{STOPPED}")] if shown.reason and _stopped(shown) else []
    )
    blocks += [section(results(shown.outcome))] if shown.outcome else []
    blocks += [small(said)] if (said := pending(shown)) else []
    return [*blocks, actions(buttons(shown))]


def headline(shown: Progress) -> str:
    """One line of plain words."""
    tally = shown.tally
    parts = [
        f"Campaign {_name(shown)}: {state(shown)}",
        f"{tally.sent:,} of {tally.audience:,} sent",
    ]
    return ", ".join(parts)


def state(shown: Progress) -> str:
    """Its state with its sign."""
    return STATES[shown.status]


def bar(tally: Tally) -> str:
    """`▓▓▓▓░░░░ 52 %`: for how many all is settled; full only when nobody is left."""
    filled = int(tally.done * CELLS)
    return f"`{FULL * filled}{EMPTY * (CELLS - filled)}` {int(tally.done * 100)} %"


def counts(shown: Progress) -> str:
    """How many of each kind; what there is none of is left out, but for what everybody asks."""
    tally = shown.tally
    always = {"of": tally.audience, "sent": tally.sent, "delivered": tally.delivered}
    others = {
        ("still to come", "still to come"): tally.queued,
        ("left out", "left out"): tally.excluded,
        ("failed", "failed"): tally.failed,
        ("reply", "replies"): tally.replies,
        ("opt-out", "opt-outs"): tally.opt_outs,
        ("click", "clicks"): tally.clicks,
    }
    told = [
        f"*{always['sent']:,}* of {always['of']:,} sent",
        f"*{always['delivered']:,}* delivered",
    ]
    told += [
        f"*{many:,}* {one if many == 1 else more}" for (one, more), many in others.items() if many
    ]
    return " · ".join(told)


def timing(shown: Progress) -> str:
    """Its pace and when it ends, as each reader's own clock has it."""
    told = [f"{shown.per_minute:,} a minute"]
    if shown.status == "scheduled" and shown.start_at:
        told.append(f"begins {moment(shown.start_at)}")
    if shown.goes_on_at:
        told.append(f"the others may be texted from {moment(shown.goes_on_at)} on")
    if shown.ends_at:
        told.append(f"ends about {moment(shown.ends_at)}")
    if shown.finished_at:
        told = [f"ended {moment(shown.finished_at)}"]
    by = f"by {escaped(' '.join(shown.by.split())[:MOST_NAME])}" if shown.by else ""
    return " · ".join(filter(None, (*told, by)))


def pending(shown: Progress) -> str:
    """The same, with what becomes of those who are still to come."""
    more = shown.status == "running" and shown.tally.queued
    return "\n".join(filter(None, (timing(shown), TURN if more else "")))


def buttons(shown: Progress, *, steers: bool = True) -> list[Button]:
    """What can be done with it in this state; `steers`: by somebody who may resume and cancel."""
    found = _buttons(shown)
    if steers or shown.status == "draft":
        return found
    return [one for one in found if one.action not in ADMINS]


def _buttons(shown: Progress) -> list[Button]:
    key = shown.campaign_id
    cancel = Button("Cancel", CANCEL, key, "danger", CALL_OFF)
    test, change = Button("Test", TEST, key), Button("Change", EDIT, key)
    preview, results_ = Button("Preview", PREVIEW, key), Button("Results", RESULTS, key)
    match shown.status:
        case "draft":
            first = Button("Preview and start", PREVIEW, key, "primary")
            return [first, test, change, cancel]
        case "scheduled":
            return [preview, test, Button("Pause", PAUSE, key), change, cancel]
        case "running":
            return [Button("Pause", PAUSE, key), results_, cancel]
        case "paused" | "stopped_by_breaker":
            return [Button("Resume", RESUME, key, "primary", GO_ON), results_, cancel]
        case _:
            return [results_]


def results(outcome: Outcome) -> str:
    """Why texts failed, and the money."""
    lines = [f"• {clipped(escaped(why), MOST_REASON)}: {many:,}" for why, many in outcome.failures]
    shown = lines[:MOST_FAILURES]
    shown += [f"• and {len(lines) - MOST_FAILURES} more reasons"] if lines[MOST_FAILURES:] else []
    failed = ["*Not delivered*", *shown] if shown else []
    cost, value = (money.written(one, outcome.unit) for one in (outcome.cost, outcome.value))
    back = f" · *Return* {outcome.roi:+,.0%}" if outcome.value and outcome.roi is not None else ""
    return "\n".join([*failed, f"*Cost* {cost} · *Value* {value}{back}"])


def small(markup: str) -> Block:
    """Small print with dates in it."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": clipped(markup, 3_000)}]}


def _name(shown: Progress) -> str:
    return escaped(plain_text(shown.name, MOST_NAME)["text"])


def _stopped(shown: Progress) -> bool:
    return shown.status == "stopped_by_breaker"
