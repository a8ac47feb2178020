"""What came signed but fits nothing of ours: kept once, for somebody to look at."""

from collections.abc import Mapping
from datetime import datetime

from domain.model import Stray


def keep(origin: str, kind: str, raw: Mapping[str, str], now: datetime) -> None:
    """Store it under its origin; the same again is the same."""
    safe = {name.replace(".", "_").replace("$", "_"): value for name, value in raw.items()}
    Stray._get_collection().update_one(
        {"origin": origin},
        {"$setOnInsert": {"kind": kind, "raw": safe, "createdAt": now, "rev": 1}},
        upsert=True,
    )
