"""One person, one text of a campaign: also if two on its list turn out to be one.

A text's origin is the campaign and the contact. Who was merged stands for several contacts, so
their texts are looked for under all of these: when the next is made, and as it leaves.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from domain.model import Contact, Message
from domain.services.campaigns.showing.counting import LEFT_OUT

CODE = "DUPLICATE_CONTACT"
TOLD = "They are on the list with another number."


def origin(campaign_id: object, contact_id: object) -> str:
    """What makes a campaign's text to that contact once."""
    return f"campaign:{campaign_id}/{contact_id}"


def texted(
    campaign_id: object, contacts: Iterable[Mapping[str, Any]]
) -> Mapping[ObjectId, set[str]]:
    """The numbers at which a text of it was made for them, whoever they were then; by contact.

    Only of contacts that others were merged into, as raw documents; one query for all of them.
    """
    whose = {
        origin(campaign_id, own): one["_id"]
        for one in contacts
        if one.get("mergedIds")
        for own in (one["_id"], *one["mergedIds"])
    }
    found: dict[ObjectId, set[str]] = defaultdict(set)
    if whose:
        made = {"origin": {"$in": list(whose)}}
        for text in Message._get_collection().find(made, {"origin": 1, "to": 1}):
            found[whose[text["origin"]]].add(text["to"])
    return found


def overtaken(message: Message) -> bool:
    """Whether the person of this text has another of its campaign, or gets it instead.

    To be asked once the attempt is on record, so that of two that leave at the same time one sees
    the other; of two that wait, the one made first is kept.
    """
    if message.campaign_id is None:
        return False
    own = origin(message.campaign_id, "")
    same = _same(message.origin.removeprefix(own))
    if not same:
        return False
    theirs = {"origin": {"$in": [f"{own}{one}" for one in same]}, "_id": {"$ne": message.id}}
    made = Message._get_collection().find(
        theirs | {"status": {"$nin": list(LEFT_OUT)}}, {"attemptedAt": 1}
    )
    return any(one["_id"] < message.id or one.get("attemptedAt") for one in made)


def _same(contact_id: str) -> list[ObjectId]:
    """All contacts that are this person by now; none where nobody was merged."""
    people, shown = Contact._get_collection(), {"mergedInto": 1, "mergedIds": 1}
    if not ObjectId.is_valid(contact_id):
        return []
    found = people.find_one({"_id": ObjectId(contact_id)}, shown) or {}
    if into := found.get("mergedInto"):
        found = people.find_one({"_id": into}, shown) or {"_id": into}
        return [into, *found.get("mergedIds", ())]
    return [found["_id"], *found["mergedIds"]] if found.get("mergedIds") else []
