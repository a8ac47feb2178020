"""Between the form of a campaign and the services: what is in it, and what it asks for.

Everything here but the reading may ask the database: it runs inside a listener's one hop.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import forms, memory
from bot.composing import Composer
from bot.reading import Json
from bot.views import campaign as form
from bot.views.campaign import Filled
from bot.views.compose import Chosen
from domain.errors import DomainError, FieldError
from domain.model import Campaign
from domain.rules import phone, zones
from domain.services.automation import templates
from domain.services.campaigns.planning import audience
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Plan, Program
from domain.services.lists.filters import ContactFilter
from domain.services.people import contacts
from domain.services.people.fields import wrong
from domain.services.programs import drafts

MOST_SHOWN = 100
MOST_TOLD = 5
PIECES = re.compile(r"[,;\n]+")
NOBODY = "Say whom it is for. For everybody, choose every status."
STRANGERS = "These are no contacts: {named}. Add them first, or choose a file of them."
BOTH = "Give the day and the time, or neither."
NO_PACE = "Write a whole number."
MEANT = {
    "templateId": form.TEXT,
    "body": form.TEXT,
    "senderId": form.SENDER,
    "startAt": form.DATE,
    "perMinute": form.PACE,
    "audience": form.ANY,
    "audience.contactIds": form.PEOPLE,
    "audience.importId": form.TABLE,
    "tagsAny": form.ANY,
    "tagsAll": form.ALL,
    "programName": form.PROGRAM,
    "termsUrl": form.TERMS,
    "privacyUrl": form.PRIVACY,
}
"""The form's fields by the services' names for them."""


def read(body: Json) -> Filled:
    """What is in the form at this moment."""
    kept, template = memory.recalled(body), forms.option_of(body, form.TEMPLATE)
    block = forms.block_of(body, form.TEXT)
    lines: dict[str, Any] = {
        meant: forms.written(body, name).strip() for name, meant in FIELDS.items()
    }
    return Filled(
        campaign_id=kept.get("id", ""),
        import_id=kept.get("table", ""),
        at_home=bool(kept.get("home")),
        statuses=forms.ticked(body, form.STATUS),
        file_id=forms.attached(body, form.TABLE),
        template=Chosen(*template) if template[1] else None,
        text=forms.typed(body, form.TEXT),
        revision=int(block.partition(":")[2] or 0),
        **lines,
    )


FIELDS = {
    form.NAME: "name",
    form.ANY: "any",
    form.ALL: "all",
    form.SEARCH: "search",
    form.PEOPLE: "people",
    form.PURPOSE: "purpose",
    form.SENDER: "sender",
    form.DATE: "day",
    form.TIME: "clock",
    form.PACE: "pace",
    form.PROGRAM: "program",
    form.OFTEN: "often",
    form.TERMS: "terms",
    form.PRIVACY: "privacy",
}
"""What is read as it is written, by the names of `Filled`."""


def shown(found: Campaign, zone: str) -> Filled:
    """A campaign as the form has it; times are those of that zone."""
    wish = audience.asked(found.audience)
    wanted, ids = wish.filter or ContactFilter(), wish.contact_ids
    there = zones.local(found.start_at, zone) if found.start_at else None
    many = len(ids) > MOST_SHOWN
    return Filled(
        campaign_id=str(found.id),
        name=found.name,
        any=", ".join(wanted.tags_any or ()),
        all=", ".join(wanted.tags_all or ()),
        statuses=wanted.status or (),
        search=wanted.search or "",
        people="" if many else "\n".join(ids),
        listed=len(ids) if many else 0,
        import_id=wish.import_id or "",
        template=_template(found),
        text=found.body,
        purpose=found.purpose,
        sender=found.sender,
        day=there.date().isoformat() if there else "",
        clock=f"{there:%H:%M}" if there else "",
        pace=str(found.per_minute),
        program=found.program_name or "",
        often=found.frequency or "",
        terms=found.terms_url or "",
        privacy=found.privacy_url or "",
    )


def plan(filled: Filled, before: Campaign | None, composer: Composer, key: str) -> Plan:
    """The services' word for it; what the form has no field for stays as it was `before`.

    InvalidInput names fields of the form.
    """
    template, body = _words(filled)
    return Plan(
        name=filled.name,
        wish=wish(filled, before, composer),
        body=body,
        template_id=template,
        purpose=filled.purpose,
        sender=filled.sender or (before.sender if before else None),
        start_at=_begins(filled, composer),
        per_minute=_pace(filled),
        tags=tuple(before.tags) if before else (),
        key=key,
        program=Program(
            filled.program or None,
            filled.often or None,
            filled.terms or None,
            filled.privacy or None,
        ),
    )


def wish(filled: Filled, before: Campaign | None, composer: Composer) -> Wish:
    """Whom it is for, but for a file that is not read in yet."""
    was = audience.asked(before.audience) if before else Wish()
    wanted = replace(
        was.filter or ContactFilter(),
        tags_any=tags_any(filled.any),
        tags_all=tags_all(filled.all),
        status=filled.statuses or None,
        search=filled.search or None,
    )
    kept = was.contact_ids if len(was.contact_ids) > MOST_SHOWN else ()
    ids = kept or _people(filled.people, composer)
    nothing = not (ids or filled.import_id or filled.file_id)
    if wanted == ContactFilter() and nothing and was.filter != ContactFilter():
        raise wrong(form.ANY, NOBODY)
    given = None if wanted == ContactFilter() and not nothing else wanted
    return Wish(given, ids, filled.import_id or None)


def with_template(filled: Filled, key: str) -> Filled:
    """The template's words in place of what was written; as it is without a template."""
    if not filled.template:
        return filled
    body = templates.open_to(filled.template.value, key).body
    return replace(filled, text=body, revision=filled.revision + 1)


def placed(error: DomainError, body: Json) -> DomainError:
    """The same failure, below the fields of this form that it is about."""
    told = error.fields or (FieldError(form.NAME, error.message),)
    error.fields = tuple(replace(one, field=_field(one.field, body)) for one in told)
    return error


def _field(name: str, body: Json) -> str:
    meant = MEANT.get(name, name)
    return forms.block_of(body, meant)


def _template(found: Campaign) -> Chosen | None:
    if not found.template_id:
        return None
    return Chosen(templates.get(found.template_id).name, str(found.template_id))


def _words(filled: Filled) -> tuple[str | None, str | None]:
    """A template whose words were not changed stays one; others are the campaign's own."""
    if filled.template and templates.get(filled.template.value).body == filled.text:
        return filled.template.value, None
    return None, filled.text


def tags_any(written: str) -> tuple[str, ...] | None:
    """What was written between commas, in all capitals that contacts have it in; None for nothing.

    InvalidInput for very many.
    """
    found = dict.fromkeys(one for tag in _tags(written) for one in audience.spelled(tag))
    return tuple(found) or None


def tags_all(written: str) -> tuple[str, ...] | None:
    """The same, each in one way: who has it so seldom has it in other capitals too."""
    return tuple(dict.fromkeys(audience.spelled(tag)[0] for tag in _tags(written))) or None


def _tags(written: str) -> tuple[str, ...]:
    found = tuple(tag for one in PIECES.split(written) if (tag := " ".join(one.split())))
    ContactFilter(tags_any=found or None)  # so that no more are looked for than there can be
    return found


def _people(written: str, composer: Composer) -> tuple[str, ...]:
    """Ids as they are; numbers are those of contacts."""
    pieces = [one.strip() for one in PIECES.split(written) if one.strip()]
    region = composer.policy.region
    numbers = {one: phone.describe(one, region).e164 for one in pieces}
    known = contacts.ids([one for one in numbers.values() if one])
    found = {one: known.get(number or "") for one, number in numbers.items()}
    strangers = [one for one, number in numbers.items() if number and not found[one]]
    if strangers:
        named = ", ".join(strangers[:MOST_TOLD])
        raise wrong(form.PEOPLE, STRANGERS.format(named=named))
    return tuple(dict.fromkeys(str(found[one] or one) for one in pieces))


def _begins(filled: Filled, composer: Composer) -> datetime | None:
    """By the business's clock, and still to come."""
    if not filled.day and not filled.clock:
        return None
    if not (filled.day and filled.clock):
        raise wrong(form.TIME if filled.day else form.DATE, BOTH)
    try:
        meant = datetime.fromisoformat(f"{filled.day}T{filled.clock}")
    except ValueError as error:
        raise wrong(form.DATE, BOTH) from error
    at = zones.moment(meant.date(), meant.time(), composer.policy.consent.zone).at
    drafts.check_ahead(at, composer.now, "startAt")
    return at


def _pace(filled: Filled) -> int:
    try:
        return int(filled.pace)
    except ValueError as error:
        raise wrong(form.PACE, NO_PACE) from error
