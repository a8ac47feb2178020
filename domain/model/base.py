"""What every document shares: field helpers, tolerance of foreign fields, and the revision."""

from typing import Any, ClassVar

from mongoengine import (
    BooleanField,
    DateTimeField,
    Document,
    EmbeddedDocument,
    IntField,
    StringField,
)
from pymongo import ASCENDING, DESCENDING, IndexModel

TOLERANT: dict[str, Any] = {"strict": False, "auto_create_index": False}


def index(name: str, *keys: str, unique: bool = False, where: object = None) -> IndexModel:
    """An index over stored field names: `-` descends; `where` is what a document must have."""
    order = [(key.lstrip("-"), DESCENDING if key[0] == "-" else ASCENDING) for key in keys]
    options: dict[str, object] = {"unique": True} if unique else {}
    if where:
        options["partialFilterExpression"] = where
    return IndexModel(order, name=name, **options)


def present(field: str) -> dict[str, object]:
    """A partial index's condition: the field is there (null is stored nowhere)."""
    return {field: {"$exists": True}}


class Part(EmbeddedDocument):
    """A piece of a document; unknown fields inside it load and are kept."""

    meta = {"abstract": True, "strict": False}


class Noun(Document):
    """A document whose `rev` counts the changes that a person could see."""

    meta = {"abstract": True, **TOLERANT}

    INDEXES: ClassVar[tuple[IndexModel, ...]] = ()

    rev: int = IntField(default=1)


class Slot(Part):
    """Unfinished work inside its document; `due_at` exists only while it is open.

    `yields`: it is taken up only when no other of its kind is due. `line`: the sender for whose
    pace it waits; `turn_at`: when its turn is, or was.
    """

    state: str = StringField(default="due", choices=("due", "leased", "done", "dead"))
    due_at = DateTimeField()
    ready_at = DateTimeField()
    lease_id: str | None = StringField()
    lease_until = DateTimeField()
    attempts: int = IntField(default=0)
    yields: bool | None = BooleanField()
    line: str | None = StringField()
    turn_at = DateTimeField()
    last_error: str | None = StringField()


class Lease(Part):
    """Who alone may work on a document's queue, and until when."""

    lease_id: str | None = StringField()
    lease_until = DateTimeField()


class Author(Part):
    """Who did it: an agent (chat user id), a token (its id), an operator at the machine (their
    account there) or the system.
    """

    kind: str = StringField(default="system", choices=("agent", "token", "operator", "system"))
    key: str = StringField(default="")
    name: str = StringField(default="")
