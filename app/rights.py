"""What the database user must be allowed."""

from typing import Any

from adapters import demo
from adapters.mongo import files, pace
from adapters.mongo.role import role
from adapters.slack import access, installations, states
from domain.model import NOUNS, AuditEntry, ConsentEvent
from domain.services.ledger import former

STORES = (pace.COLLECTION, access.COLLECTION, installations.COLLECTION, states.COLLECTION)
FILES = tuple(f"{files.BUCKET}.{part}" for part in ("files", "chunks", "pending"))
ADDED_TO = (AuditEntry, ConsentEvent)


def database_role(database: str) -> dict[str, Any]:
    """The least role, as MongoDB's command."""
    nouns = [noun._get_collection_name() for noun in NOUNS]
    added = [noun._get_collection_name() for noun in ADDED_TO]
    return role(database, [*nouns, *STORES, *FILES, former.FORMER, demo.MARK], added)
