"""Whole collections, page by page, and single looks that others cannot disturb."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from mongoengine import get_connection
from pymongo.client_session import ClientSession

from domain.model import Noun

Raw = dict[str, Any]
T = TypeVar("T")
AT_ONCE = 200


def pages(noun: type[Noun], match: Raw) -> Iterator[list[Raw]]:
    """All documents that match, by their ids; those that come meanwhile may be missed."""
    collection = noun._get_collection()
    rest = match
    while page := list(collection.find(rest).sort("_id", 1).limit(AT_ONCE)):
        yield page
        rest = {**match, "_id": {"$gt": page[-1]["_id"]}}


def at_once(look: Callable[[ClientSession], T]) -> T:
    """In one transaction; it may run again."""
    with get_connection().start_session() as session:
        found: T = session.with_transaction(look)
    return found
