"""A template's words for one person."""

from collections.abc import Mapping

from domain.errors import FieldError, InvalidInput
from domain.model import Contact, Template
from domain.rules import rendering
from domain.rules.phone import is_phone

LACKING = "There is no value for {names}: fill in what is missing, or write {{{first}|something}}."


def rendered(
    template: Template, contact: Contact | None, variables: Mapping[str, str] | None = None
) -> str:
    """Its words for that person; InvalidInput MISSING_VARIABLE names what has no value."""
    values = _values(contact) | dict(variables or {})
    try:
        return rendering.render(template.body, values)
    except rendering.Missing as error:
        names = ", ".join(error.names)
        told = LACKING.format(names=names, first=error.names[0])
        wrongs = tuple(
            FieldError(f"variables.{name}", f"{name} is missing.") for name in error.names
        )
        raise InvalidInput(told, code="MISSING_VARIABLE", fields=wrongs) from error


def _values(contact: Contact | None) -> dict[str, str]:
    """What we know of somebody, by the names of variables. A number is no name."""
    if contact is None:
        return {}
    first = "" if is_phone(contact.first_name or "") else contact.first_name or ""
    last, address = contact.last_name or "", contact.address
    known = {
        "first_name": first,
        "last_name": last,
        "name": " ".join(filter(None, (first, last))),
        "phone": contact.phone,
        "email": contact.email or "",
        "city": (address and address.city) or "",
        "state": (address and address.state) or "",
    }
    custom = {str(name): str(value) for name, value in contact.custom_fields.items()}
    return {rendering.named(name): value for name, value in custom.items()} | known
