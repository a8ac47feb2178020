"""People found by `/sms`: a short list with a button each, and the menus of modals."""

from collections.abc import Sequence

from bot.blocks.elements import Block, button, context, plain_text, section
from bot.views import parts
from domain.model import Template
from domain.rules import phone
from domain.rules.words.mrkdwn import escaped
from domain.services.addressees import Addressee, Found
from domain.values import Button

TEXT_CONTACT = "text_contact"
MAY, CANNOT = "May be texted", "Cannot be texted now"
SHARED, OWN = "Shared templates", "My templates"
NOBODY = "Nobody is found under “{words}”."
MOST, MOST_OPTIONS, MOST_WORDS, MOST_VALUE = 8, 100, 100, 150
NO, LATER = "✗", "⏳"


def people(found: Found, words: str) -> list[Block]:
    """At most eight, and how many more there are."""
    if not found.people:
        return [section(escaped(nobody(words)))]
    blocks = [_row(one) for one in found.people[:MOST]]
    more = len(found.people) - MOST
    if more > 0:
        least = f"More than {more}" if found.more else str(more)
        blocks.append(context(f"{least} more: add a word of the name, or more of the number."))
    return blocks


def nobody(words: str) -> str:
    """There is no such person."""
    return NOBODY.format(words=words[:MOST_WORDS])


def contacts(found: Found) -> list[Block]:
    """Option groups for the menu: who may be texted first, the others with the reason."""
    may = [option(one) for one in found.people if not one.verdict.refused]
    cannot = [option(one) for one in found.people if one.verdict.refused]
    return [*_group(MAY, may[:MOST_OPTIONS]), *_group(CANNOT, cannot[: MOST_OPTIONS - len(may)])]


def templates(listed: Sequence[Template]) -> list[Block]:
    """Option groups for the menu of templates."""
    groups: dict[str, list[Block]] = {SHARED: [], OWN: []}
    for one in listed[:MOST_OPTIONS]:
        first = " ".join(one.body.split())
        groups[SHARED if one.shared else OWN].append(parts.option(one.name, str(one.id), first))
    return [group for label, options in groups.items() for group in _group(label, options)]


def option(one: Addressee) -> Block:
    """One person in a menu; a sign and the reason stand by whom nobody may text, or not yet."""
    sign, why = _sign(one), "" if one.verdict.allowed else one.verdict.message or ""
    shown = called(one.name, one.phone, known=one.contact_id is not None)
    return parts.option(f"{sign}{shown}", one.value[:MOST_VALUE], why)


def called(name: str, number: str, *, known: bool) -> str:
    """What a menu calls somebody: the name is shortened before the number would be cut off."""
    national = phone.national(number)
    if not known:
        return f"New number {national}"
    if name == number:
        return national
    room = parts.MOST_OPTION - len(national) - 5
    return f"{name if len(name) <= room else f'{name[: room - 1]}…'} · {national}"


def _sign(one: Addressee) -> str:
    if one.verdict.allowed:
        return ""
    return f"{NO if one.verdict.refused else LATER} "


def _row(one: Addressee) -> Block:
    allowed = one.verdict.allowed
    why = "" if allowed else f"\n{_sign(one)}{escaped(one.verdict.message or '')}"
    where = f" · <#{one.place}>" if one.place else ""
    number = escaped(phone.national(one.phone))
    who = number if one.name == one.phone else f"*{escaped(one.name)}* · {number}"
    return section(f"{who}{where}{why}", button(Button("Text", TEXT_CONTACT, one.value)))


def _group(label: str, options: list[Block]) -> list[Block]:
    named = {"label": plain_text(label, parts.MOST_OPTION), "options": options}
    return [named] if options else []
