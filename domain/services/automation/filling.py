"""A template's words for one person, and what programs and people fill in."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import FieldError, InvalidInput
from domain.model import Contact, Template
from domain.rules.phone import is_phone
from domain.rules.segments import MAX_BODY
from domain.rules.words import rendering, values
from domain.services.people.fields import wrong

LACKING = "There is no value for {names}: fill in what is missing, or write {{{first}|something}}."
MOST, LONGEST_NAME = 100, 50
NO_OBJECT = 'Variables are an object of names and values: {"day": "Friday"}.'
TOO_MANY = f"There can be at most {MOST} variables."
NESTED = "{name} is a list or an object: give a string, a number, true or false."
TOO_LONG = f"{{name}} is longer than a text can be: {MAX_BODY:,} characters."
TWICE = "{name} is given twice: names are compared without case, blanks and hyphens."


@dataclass(frozen=True)
class Person:
    """What words are filled from: a contact, or as much of one as was read."""

    first_name: str | None
    last_name: str | None
    phone: str
    email: str | None
    city: str | None
    state: str | None
    custom_fields: Mapping[str, object]


def rendered(
    template: Template, contact: Contact | None, variables: Mapping[str, str] | None = None
) -> str:
    """Its words for that person; InvalidInput MISSING_VARIABLE names what has no value."""
    return worded(template.body, contact and _person(contact), variables)


def worded(body: str, person: Person | None, variables: Mapping[str, str] | None = None) -> str:
    """The same of words that are no template."""
    known = _values(person) | _said(variables or {})
    try:
        return rendering.render(body, known)
    except rendering.Missing as error:
        raise lacking(error.names) from error


def lacking(names: tuple[str, ...]) -> InvalidInput:
    """The error for variables without a value, each named as a field."""
    told = LACKING.format(names=", ".join(names), first=names[0])
    wrongs = tuple(FieldError(f"variables.{name}", f"{name} is missing.") for name in names)
    return InvalidInput(told, code="MISSING_VARIABLE", fields=wrongs)


def as_far(
    template: Template, contact: Contact | None, variables: Mapping[str, str] | None = None
) -> tuple[str, tuple[str, ...]]:
    """The same with what has no value still in braces, and the names of that."""
    given = dict(variables or {})
    try:
        return rendered(template, contact, given), ()
    except InvalidInput as error:
        if error.code != "MISSING_VARIABLE":
            raise
        names = tuple(one.field.removeprefix("variables.") for one in error.fields)
    left = {name: f"{{{name}}}" for name in names}
    return rendered(template, contact, given | left), names


def given(variables: object) -> tuple[tuple[str, str], ...]:
    """What a program fills in, as words by their names; InvalidInput for what has none.

    Null is as if it were not given, so that what is known of the person stands.
    """
    if not isinstance(variables, dict):
        raise wrong("variables", NO_OBJECT)
    if len(variables) > MOST:
        raise wrong("variables", TOO_MANY)
    found: dict[str, str] = {}
    for name, value in variables.items():
        own, said = rendering.named(str(name)), _word(str(name), value)
        if own in found:
            raise wrong(_field(str(name)), TWICE.format(name=str(name)[:LONGEST_NAME]))
        if said is not None:
            found[own] = said
    return tuple(sorted(found.items()))


def _word(name: str, value: object) -> str | None:
    shown = name[:LONGEST_NAME]
    try:
        said = values.word(value)
    except values.Nested as error:
        raise wrong(_field(name), NESTED.format(name=shown)) from error
    if said is not None and len(said) > MAX_BODY:
        raise wrong(_field(name), TOO_LONG.format(name=shown))
    return said


def _field(name: str) -> str:
    return f"variables.{name[:LONGEST_NAME]}"


def _said(variables: Mapping[str, str]) -> dict[str, str]:
    """What is blank is not said: what is known of the person stands."""
    return {rendering.named(name): value for name, value in variables.items() if value.strip()}


def _person(contact: Contact) -> Person:
    address = contact.address
    return Person(
        contact.first_name,
        contact.last_name,
        contact.phone,
        contact.email,
        address and address.city,
        address and address.state,
        contact.custom_fields,
    )


def _values(person: Person | None) -> dict[str, str]:
    """What we know of somebody, by the names of variables. A number is no name."""
    if person is None:
        return {}
    first = "" if is_phone(person.first_name or "") else person.first_name or ""
    last = person.last_name or ""
    known = {
        "first_name": first,
        "last_name": last,
        "name": " ".join(filter(None, (first, last))),
        "phone": person.phone,
        "email": person.email or "",
        "city": person.city or "",
        "state": person.state or "",
    }
    custom = {str(name): str(value) for name, value in person.custom_fields.items()}
    return {rendering.named(name): value for name, value in custom.items()} | known
