"""Templates: kept by name, shared or one's own."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict, FieldError, InvalidInput, NotFound, Refused
from domain.model import Author, Template
from domain.rules import search
from domain.rules.segments import MAX_BODY
from domain.rules.words import rendering
from domain.rules.words.visible import has_controls, is_visible
from domain.services.lists.orders import Order
from domain.services.lists.wanted import Wanted, among, one_of
from domain.services.people.fields import wrong

BY_KEY = Order("key", ("key", "_id"), 1)
SHARED = "shared"
LONGEST_NAME = 100
MOST = 100
TAKEN = "There is a template with this name already."
UNNAMED = "Give the template a name."
TOO_LONG_A_NAME = f"A name can have at most {LONGEST_NAME} characters."
EMPTY = "A template needs words."
TOO_LONG = f"A template can have at most {MAX_BODY:,} characters."
CONTROLS = "This cannot hold control characters: remove them."
NOT_YOURS = "This is somebody else's own template."


def get(template_id: object) -> Template:
    """The template with that id; NotFound otherwise, and for one that was removed."""
    found: Template | None = (
        Template.objects(id=str(template_id)).first()
        if ObjectId.is_valid(str(template_id))
        else None
    )
    if found is None or found.key is None:
        raise NotFound("There is no template with this id.")
    return found


def open_to(template_id: object, key: str) -> Template:
    """The same for whoever wants to use it: an agent's user id, a token's id.

    Refused FORBIDDEN when it is somebody else's own.
    """
    found = get(template_id)
    if not seen_by(found.shared, found.owner, key):
        raise Refused(NOT_YOURS, code="FORBIDDEN")
    return found


def seen_by(shared: object, owner: str | None, key: str) -> bool:
    """Whether that one may see it: everybody what is shared, its owner what is their own."""
    return bool(shared) or (owner is not None and owner == key)


def listed(query: str, agent_id: str | None, most: int = MOST) -> list[Template]:
    """The shared ones and that agent's own, by name; of the words all must begin some word of it.

    `agent_id` None: only the shared ones.
    """
    desks = [SHARED, *([_own(agent_id)] if agent_id else [])]
    words = [{"found": word} for word in search.wanted(query)]
    match: dict[str, Any] = {"desk": {"$in": desks}, "key": {"$exists": True}}
    match |= {"$and": words} if words else {}
    return list(Template.objects(__raw__=match).order_by("key", "id").limit(min(most, MOST)))


def wanted(query: str, key: str) -> Wanted:
    """What is shared and that one's own, with words in the name that begin so; a list by name."""
    desks = one_of("desk", "desk", (SHARED, _own(key)))
    return Wanted((*(among("search", "found", word) for word in search.sought(query)), desks))


def create(name: str, body: str, shared: bool, author: Author, now: datetime) -> Template:
    """Keep a new one; InvalidInput for what cannot be one, Conflict when the name is taken."""
    made = Template(created_at=now, updated_at=now, owner=author.key or None)
    for field, value in stored(name, body, shared, author.key).items():
        setattr(made, field, value)
    try:
        made.save(force_insert=True)
    except NotUniqueError as error:
        raise _taken() from error
    return made


def change(
    template_id: object, name: str, body: str, shared: bool, author: Author, now: datetime
) -> Template:
    """Other words, another name, or another desk; texts that were made of it stay as they are."""
    found = get(template_id)
    _check_owner(found, author)
    fields = stored(name, body, shared, found.owner or author.key) | {"updatedAt": now}
    try:
        found_again = Template._get_collection().find_one_and_update(
            {"_id": found.id, "key": {"$exists": True}},
            {"$set": fields, "$inc": {"rev": 1}},
            return_document=ReturnDocument.AFTER,
        )
    except DuplicateKeyError as error:
        raise _taken() from error
    if found_again is None:
        raise NotFound("There is no template with this id.")
    changed: Template = Template._from_son(found_again)
    return changed


def remove(template_id: object, author: Author, now: datetime) -> Template:
    """Take it out of the lists; its name is free again."""
    found = get(template_id)
    _check_owner(found, author)
    update = {"$set": {"removedAt": now}, "$unset": {"desk": "", "key": "", "found": ""}}
    Template._get_collection().update_one({"_id": found.id}, update | {"$inc": {"rev": 1}})
    return found


def stored(name: str, body: str, shared: bool, owner: str) -> dict[str, Any]:
    """As it is stored, its names those of the attributes as well."""
    called = " ".join(name.split())
    if not called and not is_visible(body):
        told = (FieldError("name", UNNAMED), FieldError("body", EMPTY))
        raise InvalidInput(f"{UNNAMED} {EMPTY}", fields=told)
    if not called:
        raise wrong("name", UNNAMED)
    if len(called) > LONGEST_NAME:
        raise wrong("name", TOO_LONG_A_NAME)
    if has_controls(called) or has_controls(body):
        raise wrong("name" if has_controls(called) else "body", CONTROLS)
    _check_body(body)
    found = search.names([called])
    return {
        "name": called,
        "body": body.strip(),
        "shared": shared,
        "desk": SHARED if shared else _own(owner),
        "key": called.casefold(),
        "found": found,
    }


def _check_body(body: str) -> None:
    if not is_visible(body):
        raise wrong("body", EMPTY)
    if len(body) > MAX_BODY:
        raise wrong("body", TOO_LONG)
    try:
        rendering.parse(body)
    except rendering.Malformed as error:
        raise wrong("body", str(error)) from error


def _check_owner(template: Template, author: Author) -> None:
    """Anybody may change what is shared; one's own is one's own."""
    if not seen_by(template.shared, template.owner, author.key):
        raise Refused(NOT_YOURS, code="FORBIDDEN")


def _own(agent_id: str) -> str:
    return f"own:{agent_id}"


def _taken() -> Conflict:
    return Conflict(TAKEN, fields=(FieldError("name", TAKEN),))
