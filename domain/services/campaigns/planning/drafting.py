"""A campaign is written and changed, before anything of it is sent."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from bson import ObjectId
from mongoengine import NotUniqueError

from domain.errors import Conflict, FieldError, InvalidInput, NotFound, Refused
from domain.model import Author, Campaign
from domain.model.campaign import DRAFT, SCHEDULED
from domain.policy import Policy
from domain.rules.gate import Purpose
from domain.rules.words import rendering
from domain.services import compose
from domain.services.automation import templates
from domain.services.campaigns.planning import audience
from domain.services.campaigns.planning.audience import Wish
from domain.services.people import evidence
from domain.services.people.fields import LONGEST_NAME, name, wrong
from domain.services.programs import drafts, sending

PER_MINUTE, FASTEST = 60, 6_000
PURPOSES = (Purpose.MARKETING, Purpose.INFORMATIONAL)
EITHER = "Give either templateId or body."
CLASS = "A campaign is MARKETING or INFORMATIONAL."
RATE = f"A campaign sends 1 to {FASTEST:,} texts a minute."
OTHER = "This idempotency key was already used for another campaign."
PAGE = "Give the page's address, such as https://example.com/terms."
BEGUN = "This campaign has begun, so it cannot be changed any more."
PRIVATE = "The template of this campaign is private to somebody other than its author."
SHARE = "Ask for the template to be shared, or give the campaign other words."
TRIES = 3
ANEW = "Cancel it, and make a new one for those who have had nothing yet."


@dataclass(frozen=True)
class Program:
    """What carriers ask of a recurring programme: its name, how often it texts, and its pages."""

    name: str | None = None
    frequency: str | None = None
    terms_url: str | None = None
    privacy_url: str | None = None


NO_PROGRAM = Program()


@dataclass(frozen=True)
class Plan:
    """A campaign as somebody describes it; `key` makes it once."""

    name: str
    wish: Wish
    body: str | None = None
    template_id: str | None = None
    purpose: str = Purpose.MARKETING
    sender: str | None = None
    start_at: datetime | None = None
    per_minute: int | None = None
    tags: tuple[str, ...] = ()
    shorten: bool = True
    key: str | None = None
    program: Program = NO_PROGRAM


def get(campaign_id: object) -> Campaign:
    """The campaign with that id; NotFound otherwise."""
    own = str(campaign_id)
    found: Campaign | None = Campaign.objects(id=own).first() if ObjectId.is_valid(own) else None
    if not found:
        raise NotFound("There is no campaign with this id.")
    return found


def create(plan: Plan, author: Author, now: datetime, policy: Policy) -> Campaign:
    """Keep a draft, once per key; InvalidInput, NotFound or Conflict for what cannot be one."""
    drafts.check_key(plan.key)
    origin = f"api:{author.key}/{plan.key or uuid4().hex}"
    known: Campaign | None = Campaign.objects(origin=origin).first()
    if known is None:
        described = _described(plan, now, policy)
        check_template(plan, author)
        made = Campaign(author=author, created_at=now, asked=_digest(plan), **described)
        made.origin = origin
        try:
            made.save(force_insert=True)
        except NotUniqueError:  # another request with this key was faster
            known = Campaign.objects(origin=origin).get()
        else:
            return made
    if known.asked != _digest(plan):
        told = (FieldError("idempotencyKey", OTHER),)
        raise Conflict(OTHER, fields=told, conflict_id=str(known.id))
    return known


def check(plan: Plan, author: Author, now: datetime, policy: Policy) -> None:
    """Raise what making it would raise, and make nothing."""
    _described(plan, now, policy)
    check_template(plan, author)


def change(campaign_id: object, plan: Plan, now: datetime, policy: Policy) -> Campaign:
    """All of it anew, before it begins; Conflict TOO_LATE afterwards."""
    described = _described(plan, now, policy)
    stored = Campaign(**described).to_mongo().to_dict()
    names = {Campaign._fields[field].db_field for field in described}
    fields = {one: value for one, value in stored.items() if one in names}
    gone = {"$unset": dict.fromkeys(names - stored.keys(), "")} if names - stored.keys() else {}
    for _ in range(TRIES):  # it may be started at this moment, and still wait for its time
        found = get(campaign_id)
        _check_open(plan.template_id, found.author)
        due = {"run.due_at": plan.start_at or now} if found.status == SCHEDULED else {}
        update: dict[str, Any] = {"$set": fields | due, "$inc": {"rev": 1}} | gone
        match = {"_id": found.id, "status": found.status}
        if found.status not in (DRAFT, SCHEDULED):
            break
        if Campaign._get_collection().update_one(match, update).matched_count:
            return get(found.id)
    raise Conflict(BEGUN, code="TOO_LATE", help=ANEW)


def check_template(plan: Plan, author: Author) -> None:
    """Refused when its template is somebody else's own."""
    if plan.template_id:
        templates.open_to(plan.template_id, author.key)


def current(found: Campaign) -> str:
    """The words with which it would start now; since then, those with which it was started.

    Refused FORBIDDEN when its author may not use its template any more.
    """
    if found.template_id is None or found.status != DRAFT:
        return found.body
    _check_open(found.template_id, found.author)
    return words(None, found.template_id)


def stamp(found: Campaign) -> str:
    """What stands for it as it is, with the words that `current` gave it."""
    return f"{found.rev}.{sha256(found.body.encode()).hexdigest()[:16]}"


def words(plan_body: str | None, template_id: object) -> str:
    """The words with their variables: given, or the template's as they are now."""
    if bool(plan_body) == bool(template_id):
        raise InvalidInput(
            EITHER, fields=(FieldError("templateId", EITHER), FieldError("body", EITHER))
        )
    body = plan_body or templates.get(template_id).body
    compose.check_body(body)
    try:
        rendering.parse(body)
    except rendering.Malformed as error:
        raise wrong("body", str(error)) from error
    return body


def _check_open(template_id: object, author: Author) -> None:
    """A campaign speaks for its author, who must be allowed to use its template."""
    if template_id is None:
        return
    try:
        templates.open_to(template_id, author.key)
    except Refused as error:
        raise Refused(PRIVATE, code=error.code, help=SHARE) from error


def _described(plan: Plan, now: datetime, policy: Policy) -> dict[str, Any]:
    """By the names of Campaign's attributes."""
    if plan.purpose not in PURPOSES:
        raise wrong("purpose", CLASS)
    rate = PER_MINUTE if plan.per_minute is None else plan.per_minute
    if not 1 <= rate <= FASTEST:
        raise wrong("perMinute", RATE)
    drafts.check_time(plan.start_at, now, "startAt")
    return {
        "name": name(plan.name, "name"),
        "body": words(plan.body, plan.template_id),
        "template_id": ObjectId(plan.template_id) if plan.template_id else None,
        "purpose": str(plan.purpose),
        "sender": _sender(plan.sender, policy),
        "start_at": plan.start_at,
        "per_minute": rate,
        "audience": audience.kept(plan.wish),
        "tags": list(drafts.tidy(plan.tags)),
        "shorten": plan.shorten,
        **_program(plan.program),
    }


def _program(said: Program) -> dict[str, str | None]:
    return {
        "program_name": evidence.text(said.name, "programName", LONGEST_NAME),
        "frequency": evidence.text(said.frequency, "frequency", LONGEST_NAME),
        "terms_url": _page(said.terms_url, "termsUrl"),
        "privacy_url": _page(said.privacy_url, "privacyUrl"),
    }


def _page(given: str | None, field: str) -> str | None:
    try:
        return evidence.link(given, field)
    except InvalidInput as error:
        raise wrong(field, PAGE) from error


def _sender(given: str | None, policy: Policy) -> str:
    if given and not policy.knows(given):
        raise wrong("senderId", drafts.SENDER)
    sender = given or policy.default_sender
    if not sender:
        raise InvalidInput(sending.NO_SENDER, code="NOT_CONFIGURED")
    return sender


def _digest(plan: Plan) -> str:
    asked = vars(replace(plan, key=None))
    program = asked.pop("program")  # without one, keys of former times still stand for the same
    asked |= {"program": vars(program)} if program != NO_PROGRAM else {}
    asked |= {} if asked.pop("shorten") else {"shorten": False}
    return sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
