"""What a person said about texts, in words, and the boxes with which an agent records a yes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.elements import Block, actions, context, divider, section
from bot.views import parts
from bot.views.parts import View
from domain.rules.consent.wording import Wording
from domain.rules.words.mrkdwn import escaped
from domain.services.desk.agreements import LONGEST_EVIDENCE, LONGEST_NOTE, Known
from domain.values import Button

FORM = "consent_form"
CONSENT, WAY, NOTE, EVIDENCE, LEVEL = "consent", "way", "note", "evidence", "level"
STOP = "asked_to_stop"
EXPRESS, WRITTEN = "express", "written"
WAYS = {
    "in person": "In person",
    "on the phone": "On the phone",
    "on a paper form": "On a paper form",
    "on an online form": "On an online form",
    "by e-mail": "By e-mail",
    "in another way": "In another way (say which below)",
}
WHAT_TO_DO = (
    "Nothing may be sent to them. They can text START to opt in again. If they asked for texts in "
    "another way since then, say where the proof is kept."
)
ASKED = (
    "This opts them out of all texts at once and calls back what waits to leave. Only they can "
    "undo it, by texting START."
)
LIFTED = "consent_lifted"
ASK_THEM = (
    "Recorded: they may be texted again. If they ever texted STOP, Twilio still keeps our texts "
    "from them: ask the customer to text START."
)
PROOF_LABEL = "Where the proof is kept, such as a link to the signed form"


def consent(
    known: Known,
    person: str,
    wording: Wording,
    business: str,
    zone: ZoneInfo,
    remember: str,
    news: str = "",
) -> View:
    """The modal behind `Record consent`; the form remembers whose number it is about."""
    head = section(f"*{escaped(person)}* · {escaped(known.phone)}")
    return parts.modal(
        FORM,
        "Consent to texts",
        [head, *blocks(known, wording, business, zone, alone=True, news=news)],
        submit="Record",
        metadata=remember,
    )


def lifted() -> View:
    """What is left to do after a block was lifted here: the carrier has a list of its own."""
    return parts.modal(LIFTED, "Consent recorded", [section(ASK_THEM)], close="Done")


def blocks(
    known: Known,
    wording: Wording,
    business: str,
    zone: ZoneInfo,
    *,
    alone: bool = False,
    news: str = "",
) -> list[Block]:
    """The consent part of a form: where they stand, then the boxes, or the way back from a no.

    Boxes are never ticked beforehand. `alone`: the form is about nothing else.
    """
    stands = [section(" ".join(filter(None, (standing(known, zone), escaped(news)))))]
    if known.blocked:
        return [*stands, context(WHAT_TO_DO), *_proof(alone=alone)]
    stop = Button("They asked to stop", STOP, known.phone, "danger", ASKED)
    return [*stands, *_boxes(wording, business, alone=alone), divider(), actions([stop])]


def offer(wording: Wording, business: str) -> list[Block]:
    """The same for somebody of whom nothing is known yet."""
    return _boxes(wording, business, alone=False)


def standing(known: Known, zone: ZoneInfo) -> str:
    """Where they stand, in words."""
    if known.blocked:
        return f":no_entry: *They have opted out of texts*{_since(known.since, zone)}."
    if known.level == WRITTEN:
        return f":white_check_mark: *Agreed in writing to advertising*{_since(known.since, zone)}."
    if known.level == EXPRESS:
        since = _since(known.since, zone)
        return f":white_check_mark: *Agreed to texts*{since}; not to advertising."
    return "*No consent on record.* What they write can be answered all the same."


def _since(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    day = moment.astimezone(zone)
    return f", since {day:%B} {day.day}, {day.year}"


def _boxes(wording: Wording, business: str, *, alone: bool) -> list[Block]:
    ticks = [
        parts.option("They agreed to text messages", EXPRESS),
        parts.option("They agreed in writing to advertising, too", WRITTEN),
    ]
    shown = f"They were shown or read this ({wording.version}):"
    boxes = parts.boxes(ticks)
    return [
        section(f"{escaped(shown)}\n>{escaped(wording.render(business))}"),
        parts.field(CONSENT, "Consent", boxes, optional=not alone),
        *_about(alone=alone),
        _evidence(optional=True),
    ]


def _proof(*, alone: bool) -> list[Block]:
    levels = [parts.option("To texts", EXPRESS), parts.option("To advertising, too", WRITTEN)]
    return [
        _evidence(optional=not alone),
        parts.field(LEVEL, "What they agreed to", parts.menu(levels, EXPRESS), optional=not alone),
        *_about(alone=alone),
    ]


def _about(*, alone: bool) -> list[Block]:
    ways = [parts.option(label, way) for way, label in WAYS.items()]
    note = parts.area(most=LONGEST_NOTE)
    return [
        parts.field(WAY, "How they agreed", parts.menu(ways), optional=not alone),
        parts.field(NOTE, "Note", note, optional=True),
    ]


def _evidence(*, optional: bool) -> Block:
    return parts.field(EVIDENCE, PROOF_LABEL, parts.line(most=LONGEST_EVIDENCE), optional=optional)
