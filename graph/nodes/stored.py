"""How values of stored documents are read."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import strawberry
from bson import Decimal128

from graph.enums import known

Raw = Mapping[str, Any]
E = TypeVar("E", bound=Enum)


def identity(raw: Raw) -> strawberry.ID:
    """The document's id as clients know it."""
    return strawberry.ID(str(raw["_id"]))


def decimal(value: object) -> Decimal | None:
    """Adopted documents keep prices as numbers."""
    if value is None:
        return None
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(str(value))


def optional(kind: type[E], stored: object) -> E | None:
    """The member of that stored value, if there is one."""
    return known(kind, stored, None) if stored else None  # type: ignore[type-var]
