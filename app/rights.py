"""What the database user must be allowed."""

from typing import Any

from adapters import demo
from adapters.mongo import files, pace
from adapters.mongo.role import role
from adapters.slack import access, installations, states
from domain.model import NOUNS, AuditEntry, ConsentEvent, Noun
from domain.services.ledger import former

STORES = (pace.COLLECTION, access.COLLECTION, installations.COLLECTION, states.COLLECTION)
FILES = tuple(f"{files.BUCKET}.{part}" for part in ("files", "chunks", "pending"))
ADDED_TO = (AuditEntry, ConsentEvent)


def database_role(database: str) -> dict[str, Any]:
    """The least role, as MongoDB's command."""
    names = [*map(_name, NOUNS), *STORES, *FILES, former.FORMER, demo.MARK]
    return role(database, names, map(_name, ADDED_TO))


def _name(noun: type[Noun]) -> str:
    return str(noun._get_collection_name())  # noqa: SLF001 - there need be no database yet
