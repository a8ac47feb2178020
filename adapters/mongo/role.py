"""The least that our database user must be allowed: nothing of other databases, and no dropping.

What is only ever added to (the audit log, the ledger of consent) it cannot change either.
"""

import json
from collections.abc import Iterable
from typing import Any

NAME = "threadline"
READING = ("find", "changeStream", "listCollections", "listIndexes", "collStats", "dbStats")
MAKING = ("createCollection", "createIndex", "dropIndex")
WRITING = ("insert", "update", "remove")
ADDING = ("insert",)


def role(database: str, collections: Iterable[str], added_to: Iterable[str]) -> dict[str, Any]:
    """The command `createRole`, for that database; `added_to` are collections never changed."""
    only = frozenset(added_to)
    each = [
        _privilege(database, name, ADDING if name in only else WRITING)
        for name in sorted({*collections, *only})
    ]
    whole = _privilege(database, "", (*READING, *MAKING))
    return {"createRole": NAME, "privileges": [whole, *each], "roles": []}


def script(database: str, command: dict[str, Any]) -> str:
    """The same for `mongosh`, run by whoever may make roles."""
    return f"db.getSiblingDB({json.dumps(database)}).runCommand({json.dumps(command, indent=1)})"


def _privilege(database: str, collection: str, actions: Iterable[str]) -> dict[str, Any]:
    return {"resource": {"db": database, "collection": collection}, "actions": list(actions)}
