"""The test bench: a text is tried on somebody, and the form says what would answer it."""

from dataclasses import dataclass

from bot.blocks.elements import Block, clipped, context, section
from bot.views import parts
from bot.views.parts import View
from bot.views.template import SAMPLE
from domain.rules.segments import MAX_BODY
from domain.rules.words.mrkdwn import escaped

FORM = "trial_form"
TEXT, DATE, TIME = "trial_text", "trial_date", "trial_time"
NOTHING_SENT = "Nothing is sent or written down."
FILL_IN = "Choose somebody who has texted you, and write what they might text."
NO_TALK = "This contact has no conversation yet: choose somebody who has texted you."
NOBODY = "*Nobody answers.*"
WHEN = "Empty: now. The time is that of the business, in {zone}."
MOST_SHOWN = 1_500


@dataclass(frozen=True)
class Trial:
    """What is in the form, and what came of it: the answer (None: nobody's), and why."""

    sample: tuple[str, str] | None = None
    text: str = ""
    date: str | None = None
    time: str | None = None
    answer: str | None = None
    reason: str = FILL_IN


def form(trial: Trial, zone: str) -> View:
    """The form with what would answer the text that is in it."""
    chosen = parts.option(*trial.sample) if trial.sample else None
    words = parts.area(trial.text, most=MAX_BODY, on_typing=True)
    blocks = [
        parts.field(SAMPLE, "Who texts", parts.search("A contact", chosen), live=True),
        parts.field(TEXT, "What they text", words, live=True),
        parts.field(DATE, "Day", parts.date(trial.date), live=True, optional=True),
        parts.field(
            TIME,
            "Time",
            parts.time(trial.time),
            live=True,
            optional=True,
            hint=WHEN.format(zone=zone.replace("_", " ")),
        ),
        *_outcome(trial),
        context(NOTHING_SENT),
    ]
    return parts.modal(FORM, "Try a text", blocks, submit="Try again", close="Close")


def _outcome(trial: Trial) -> list[Block]:
    if trial.reason == FILL_IN:
        return [section(FILL_IN)]
    if trial.answer is None:
        return [section(f"{NOBODY}\n{escaped(trial.reason)}")]
    said = clipped(escaped(trial.answer), MOST_SHOWN)
    return [section(f"*The answer*\n{said}"), section(escaped(trial.reason))]
