"""Keyword rules, as admins keep them: by name, few, and never against words of consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from domain.errors import Conflict, FieldError, NotFound
from domain.model import AutoReply
from domain.policy import Policy
from domain.rules.consent import keywords
from domain.rules.consent.keywords import Keyword
from domain.rules.replying.autoreply import Match, Rule
from domain.rules.words.visible import has_controls
from domain.services.automation import phrasing
from domain.services.people.fields import wrong

MOST, MOST_KEYWORDS = 100, 20
LONGEST_NAME, SHORTEST, LONGEST_KEYWORD = 100, 2, 50
PRIORITIES = range(-1_000, 1_001)
INFO = "info"
ANY = {"key": {"$gt": ""}}
GONE = "There is no rule with this id."
TAKEN = "There is a rule with this name already."
TOO_MANY = f"There can be at most {MOST} rules: delete one first."
UNNAMED = "Give the rule a name."
TOO_LONG_A_NAME = f"A name can have at most {LONGEST_NAME} characters."
CONTROLS = "This cannot hold control characters: remove them."
NO_KEYWORD = "Give at least one keyword."
TOO_MANY_KEYWORDS = f"A rule can have at most {MOST_KEYWORDS} keywords."
TOO_LONG_A_KEYWORD = f"A keyword can have at most {LONGEST_KEYWORD} characters."
SIGNS = "“{word}” has no letters or digits to look for."
CONSENT = (
    "“{word}” is a word by which people leave, join or get help: no rule may answer it. "
    "Choose another word."
)
HELPED = "“{word}” asks for help, which Twilio answers by itself. Choose another word."
LEAVING = "“{word}” may ask for no more texts, which a person has to read. Choose other words."
SHORT = "“{word}” is too short to be looked for within texts: give at least 2 characters."
NEGATIVE = (
    "“{word}” is in many texts that ask for no more of them: no rule may answer all of these. "
    "Choose another word, or let the text be it."
)
NEGATIVES = frozenset({"no", "not", "dont", "never", "stop", "non", "pas", "nein", "ne", "nao"})
FAR = "A priority is a whole number from -1,000 to 1,000."


@dataclass(frozen=True)
class Wish:
    """A rule as it is to be. `during_hours` None: at any time."""

    name: str
    keywords: Sequence[str]
    body: str
    match: Match = Match.EXACT
    enabled: bool = True
    during_hours: bool | None = None
    priority: int = 0


def get(rule_id: object) -> AutoReply:
    """The rule with that id; NotFound otherwise."""
    found: AutoReply | None = (
        AutoReply.objects(id=str(rule_id)).first() if ObjectId.is_valid(str(rule_id)) else None
    )
    if found is None:
        raise NotFound(GONE)
    return found


def listed() -> list[AutoReply]:
    """All of them, the first to answer first."""
    return list(AutoReply.objects().order_by("-priority", "created_at", "id").limit(MOST))


def active() -> list[Rule]:
    """Those that are switched on."""
    return [as_rule(one) for one in listed() if one.enabled]


def as_rule(one: AutoReply) -> Rule:
    """As it is judged."""
    return Rule(
        id=str(one.id),
        name=one.name,
        keywords=tuple(one.keywords),
        match=Match(one.match),
        body=one.body,
        priority=one.priority,
        created_at=one.created_at,
        during_hours=one.during_hours,
    )


def create(wish: Wish, now: datetime, policy: Policy, origin: str | None = None) -> AutoReply:
    """Keep a new one, once per `origin`; InvalidInput, or Conflict where the name is taken."""
    fields = _stored(wish, policy) | {"updatedAt": now}
    known = AutoReply.objects(origin=origin).first() if origin else None
    if known:
        return get(known.id)
    if AutoReply._get_collection().count_documents(ANY, limit=MOST) == MOST:
        raise Conflict(TOO_MANY)
    cause = {"origin": origin} if origin else {}
    made = {key: value for key, value in fields.items() if value is not None}
    try:
        done = AutoReply._get_collection().insert_one(made | cause | {"createdAt": now, "rev": 1})
    except DuplicateKeyError as error:
        again = AutoReply.objects(origin=origin).first() if origin else None
        if again is None:
            raise _taken() from error
        return get(again.id)
    return get(done.inserted_id)


def change(rule_id: object, wish: Wish, now: datetime, policy: Policy) -> AutoReply:
    """All of it is set anew; answers that were given stay as they were."""
    fields = _stored(wish, policy) | {"updatedAt": now}
    gone = {name: "" for name, value in fields.items() if value is None}
    update: dict[str, Any] = {"$set": {name: fields[name] for name in fields if name not in gone}}
    update |= {"$inc": {"rev": 1}} | ({"$unset": gone} if gone else {})
    return _changed(rule_id, update)


def switch(rule_id: object, enabled: bool, now: datetime) -> AutoReply:
    """Let it answer, or rest."""
    fields = {"enabled": enabled, "updatedAt": now}
    return _changed(rule_id, {"$set": fields, "$inc": {"rev": 1}})


def remove(rule_id: object) -> str:
    """Take it away for good; its id. What it has answered stays."""
    found = get(rule_id)
    AutoReply._get_collection().delete_one({"_id": found.id})
    return str(found.id)


def _changed(rule_id: object, update: dict[str, Any]) -> AutoReply:
    match = {"_id": get(rule_id).id}
    try:
        found = AutoReply._get_collection().find_one_and_update(
            match, update, return_document=ReturnDocument.AFTER
        )
    except DuplicateKeyError as error:
        raise _taken() from error
    if found is None:
        raise NotFound(GONE)
    changed: AutoReply = AutoReply._from_son(found)
    return changed


def _stored(wish: Wish, policy: Policy) -> dict[str, Any]:
    """As it is stored; InvalidInput that names the field."""
    called = " ".join(wish.name.split())
    if not called:
        raise wrong("name", UNNAMED)
    if len(called) > LONGEST_NAME:
        raise wrong("name", TOO_LONG_A_NAME)
    if has_controls(called):
        raise wrong("name", CONTROLS)
    if wish.priority not in PRIORITIES:
        raise wrong("priority", FAR)
    return {
        "name": called,
        "key": called.casefold(),
        "keywords": _keywords(wish.keywords, wish.match, policy),
        "match": str(wish.match),
        "body": phrasing.checked(wish.body, policy),
        "enabled": wish.enabled,
        "duringHours": wish.during_hours,
        "priority": wish.priority,
    }


def _keywords(said: Sequence[str], match: Match, policy: Policy) -> list[str]:
    """Each once, none that is a matter of consent."""
    words = {keywords.bare(one): " ".join(one.split()) for one in reversed(said) if one.strip()}
    if not words:
        raise wrong("keywords", NO_KEYWORD)
    if len(words) > MOST_KEYWORDS:
        raise wrong("keywords", TOO_MANY_KEYWORDS)
    for bare, word in words.items():
        if problem := _problem(bare, word, policy) or _loose(bare, match):
            raise wrong("keywords", problem.format(word=word[:LONGEST_KEYWORD]))
    return list(reversed(words.values()))


def _problem(bare: str, word: str, policy: Policy) -> str | None:
    if len(word) > LONGEST_KEYWORD:
        return TOO_LONG_A_KEYWORD
    if not bare:
        return SIGNS
    meant = keywords.anywhere(word, policy.consent.keywords)
    if meant is Keyword.HELP and bare == INFO:
        return None if answers_info(policy) else HELPED
    if meant is not None:
        return CONSENT
    return LEAVING if keywords.phrase(word) else None


def _loose(bare: str, match: Match) -> str | None:
    """Why it cannot be looked for anywhere in a text."""
    if match is not Match.CONTAINS:
        return None
    if len(bare) < SHORTEST:
        return SHORT
    return NEGATIVE if bare in NEGATIVES else None


def answers_info(policy: Policy) -> bool:
    """Whether INFO is ours to answer: where we, and not the carrier, answer HELP."""
    own = policy.consent.help_words.values()
    taken = any(keywords.bare(one) == INFO for words in own for one in words)
    return policy.consent.confirms == "threadline" and not taken


def _taken() -> Conflict:
    return Conflict(TAKEN, fields=(FieldError("name", TAKEN),))
