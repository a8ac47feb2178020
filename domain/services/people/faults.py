"""All that is wrong with a profile at once, so that a form need not be sent in again for each."""

from collections.abc import Iterator
from dataclasses import fields

from domain.errors import FieldError, InvalidInput
from domain.model import Contact
from domain.services.people.profiles import Profile, stored_as

TOGETHER = (("phone", "add_phones", "remove_phones"), ("tags", "add_tags", "remove_tags"))


def check(said: Profile, before: Contact | None, region: str, *more: FieldError) -> None:
    """InvalidInput that names every field that cannot be stored, and `more` that is known."""
    found = [*_found(said, before, region), *more]
    if found:
        raise InvalidInput(found[0].message, fields=tuple(found))


def _found(said: Profile, before: Contact | None, region: str) -> Iterator[FieldError]:
    for alone in _parted(said):
        try:
            stored_as(alone, before, region)
        except InvalidInput as error:
            yield from error.fields


def _parted(said: Profile) -> Iterator[Profile]:
    """One profile for each field that was said something of, or for each that belong together."""
    grouped = {name for names in TOGETHER for name in names}
    single = [one.name for one in fields(said) if one.name not in grouped | {"pieces"}]
    for names in (*TOGETHER, *((name,) for name in single)):
        yield Profile(**{name: getattr(said, name) for name in names})
    for name, value in said.pieces.items():
        yield Profile(pieces={name: value})
