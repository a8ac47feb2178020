"""Parts of an address and of somebody's interests, each of which changes by itself.

Who changes the street leaves the ZIP code as somebody else has just written it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bson import Decimal128

from domain.model import Contact
from domain.rules import money
from domain.services.people import fields
from domain.services.people.fields import wrong

LONGEST = 200
MOST = 50
ADDRESS = ("street", "city", "state", "zip")
TEXTS = {**{name: f"address.{name}" for name in ADDRESS}, "timeframe": "interests.timeframe"}
FLAGS = {name: f"interests.{name}" for name in ("buying", "selling")}
LISTS = {
    "propertyTypes": ("property_types", "interests.propertyTypes"),
    "locations": ("locations", "interests.locations"),
}
PRICES = {"priceMin": "interests.priceRange.min", "priceMax": "interests.priceRange.max"}
NAMES = (*TEXTS, *FLAGS, *LISTS, *PRICES)


@dataclass(frozen=True)
class Lines:
    """What is added to a list and what is taken off; the rest stays."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def stored_as(said: Mapping[str, Any], before: Contact | None) -> dict[str, Any]:
    """Stored paths and their values, None takes one away; InvalidInput for the first fault."""
    return {path: value for name in said for path, value in _one(name, said[name], before).items()}


def _one(name: str, value: Any, before: Contact | None) -> dict[str, Any]:
    if name in TEXTS:
        return {TEXTS[name]: fields.text(value, name, LONGEST)}
    if name in FLAGS:
        return {FLAGS[name]: bool(value) or None}
    if name in PRICES:
        return {PRICES[name]: _price(name, value)}
    attribute, path = LISTS[name]
    wants = before.interests if before else None
    return {path: _list(name, list(wants[attribute]) if wants else [], value) or None}


def _price(name: str, value: str | None) -> Decimal128 | None:
    if not value:
        return None
    try:
        price: Decimal = money.parse(value)
    except money.InvalidPrice as error:
        raise wrong(name, str(error)) from error
    return Decimal128(price)


def _list(name: str, had: list[str], said: Lines) -> list[str]:
    added = [fields.text(one, name, LONGEST) for one in said.add]
    kept = [one for one in dict.fromkeys([*had, *added]) if one and one not in said.remove]
    if len(kept) > MOST:
        raise wrong(name, f"There can be at most {MOST} of these.")
    return [str(one) for one in kept]
