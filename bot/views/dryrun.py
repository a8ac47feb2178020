"""A campaign before it begins: who gets it and who not, what it costs; and the text to try it."""

from collections.abc import Sequence

from bot.blocks.campaigns import EDIT, LOOK, START, TEST
from bot.blocks.cards import moment
from bot.blocks.elements import Block, actions, clipped, context, header, section
from bot.views import parts
from bot.views.parts import View
from domain.model import Campaign
from domain.rules.money import written
from domain.rules.words.mrkdwn import escaped
from domain.rules.words.weight import counted
from domain.services.campaigns.planning.previewing import Exclusion, Preview, Sample
from domain.values import Button

PAGE, TRIAL, TO = "campaign_preview_page", "campaign_test_form", "to"
MOST_EXCLUSIONS, MOST_SAMPLES, MOST_WARNED, MOST_NAME = 15, 3, 10, 40
MOST_BODY, MOST_REASON = 800, 200
WAITING = "Everybody on the list is being looked at. This page shows it in a moment."
READING = "The list is still being read in. Look again in a moment; then it can be started."
NOBODY = (
    "Nobody on it can be texted, so it cannot be started yet. Look above at why, then change it."
)
EMPTY = "Nobody is on it, so it cannot be started yet. Change whom it is for."
ADMINS = "Only admins start campaigns: ask one of them to press *Start* in the *Campaigns* tab."
BEGUN = "It has begun. Its message in the inbox channel shows how far it is."
PLANNED = "It begins {when}. Until then it can be changed, paused and canceled."
TRYING = (
    "The test is one text to one number, in the words of its contact if it has one. It is judged "
    "like any other: that number needs consent."
)


def waiting(found: Campaign) -> View:
    """While it is worked out."""
    return parts.modal(PAGE, "Preview", [header(found.name), section(WAITING)], close="Close")


def reading(found: Campaign, table: str) -> View:
    """While its list is read in: who is on it is not known yet."""
    again = Button("Look again", LOOK, str(found.id))
    told = [header(found.name), section(READING), context(table)]
    return parts.modal(PAGE, "Preview", [*told, actions([again, *_others(found)])], close="Close")


def page(found: Campaign, preview: Preview, *, may_start: bool, table: Sequence[str] = ()) -> View:
    """The dry run; `table` is what the list said that was read in."""
    blocks = [header(found.name), section(_summary(preview)), _facts(found, preview)]
    blocks += map(context, table)
    blocks += _exclusions(preview.exclusions)
    blocks += [context(f"⚠ {one}") for one in preview.warnings[:MOST_WARNED]]
    blocks += [context(" ".join(preview.notes))] if preview.notes else []
    blocks += [block for one in preview.samples[:MOST_SAMPLES] for block in _sample(one)]
    blocks += _start(found, preview, may_start=may_start)
    return parts.modal(PAGE, "Preview", blocks, close="Close")


def begun(found: Campaign) -> View:
    """It was started."""
    when = found.start_at if found.status == "scheduled" else None
    said = PLANNED.format(when=moment(when)) if when else BEGUN
    return parts.modal(PAGE, "Started", [header(found.name), section(said)], close="Close")


def trial(found: Campaign, number: str = "") -> View:
    """To which number the test goes."""
    to = parts.line(number, placeholder="760-555-0101", most=50)
    blocks = [section(escaped(TRYING)), parts.field(TO, "To this number", to)]
    return parts.modal(TRIAL, "Test text", blocks, submit="Send", metadata=str(found.id))


def tried(said: str) -> View:
    """What becomes of the test."""
    return parts.modal(PAGE, "Test text", [section(escaped(said))], close="Close")


def question(found: Campaign, preview: Preview) -> str:
    """What somebody answers with yes before it begins."""
    when = "at once" if found.start_at is None else "at its time"
    price = written(preview.price, preview.price_unit)
    return (
        f"{_people(preview.recipients)} {_get(preview.recipients)} a text, about {price} in all. "
        f"It begins {when}; what has left cannot be called back."
    )


def _summary(preview: Preview) -> str:
    left = sum(one.count for one in preview.exclusions)
    told = f"*{_people(preview.recipients)}* {_get(preview.recipients)} this text"
    if preview.later:
        some = f", {preview.later:,} of them" if preview.recipients > 1 else ","
        told += f"{some} later in the day"
    return f"{told}. *{left:,}* left out." if left else f"{told}."


def _facts(found: Campaign, preview: Preview) -> Block:
    begins = moment(found.start_at) if found.start_at else "as soon as it is started"
    ends = f"about {moment(preview.finishes_at)}" if preview.finishes_at else "–"
    told = {
        "Price": f"about {written(preview.price, preview.price_unit)}",
        "Size": f"{counted(preview.segments)} in all",
        "Begins": begins,
        "Ends": ends,
        "Pace": f"{found.per_minute:,} a minute",
        "What it is": "advertising" if found.purpose == "marketing" else "information",
    }
    fields = [{"type": "mrkdwn", "text": f"*{name}*\n{said}"} for name, said in told.items()]
    return {"type": "section", "fields": fields}


def _exclusions(found: Sequence[Exclusion]) -> list[Block]:
    if not found:
        return []
    lines = [_exclusion(one) for one in found[:MOST_EXCLUSIONS]]
    return [section("\n".join(["*Who gets nothing, and why*", *lines]))]


def _exclusion(one: Exclusion) -> str:
    names = ", ".join(escaped(person.name)[:MOST_NAME] for person in one.sample)
    more = ", …" if one.count > len(one.sample) else ""
    who = f" ({names}{more})" if names else ""
    return f"• *{one.count:,}*: {clipped(escaped(one.reason), MOST_REASON)}{who}"


def _sample(one: Sample) -> list[Block]:
    quoted = "\n".join(f"> {line}" for line in clipped(escaped(one.body), MOST_BODY).splitlines())
    return [section(quoted), context(f"{counted(one.size.segments)}, to one of them.")]


def _start(found: Campaign, preview: Preview, *, may_start: bool) -> list[Block]:
    """The way on, or why there is none yet."""
    others = _others(found)
    if found.status != "draft":
        return [actions(others)]
    if not preview.recipients:
        return [section(NOBODY if preview.exclusions else EMPTY), actions(others)]
    if not may_start:
        return [section(ADMINS), actions(others)]
    asks = question(found, preview)
    start = Button("Start", START, f"{found.id} {preview.looked_at}", "primary", asks)
    return [actions([start, *others])]


def _others(found: Campaign) -> list[Button]:
    """What can be done besides."""
    return [Button("Test", TEST, str(found.id)), Button("Change", EDIT, str(found.id))]


def _people(many: int) -> str:
    return "1 person" if many == 1 else f"{many:,} people"


def _get(many: int) -> str:
    return "gets" if many == 1 else "get"
