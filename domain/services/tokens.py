"""API tokens: the secret is shown once, only its digest is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from bson import ObjectId

from domain.errors import NotFound
from domain.model import Token
from domain.services.people.fields import wrong

SCOPES = ("read", "write", "admin")
PREFIX = "tl_"
LONGEST_NAME = 100
OUTGROWN = "A token cannot do more than the one that makes it."
OUTLIVED = "A token cannot outlive the one that makes it."
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def create(
    name: str, scopes: Sequence[str], now: datetime, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token and its secret, which is nowhere kept; InvalidInput for what cannot work."""
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token(
        name=_named(name),
        digest=_digest(secret),
        scopes=_known(scopes),
        created_at=now,
        expires_at=_ahead(expires_at, now),
    )
    made.save(force_insert=True)
    return made, secret


def issue(
    maker: Token,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token by another, which it cannot outgrow in scopes nor outlive; as `create`."""
    known = _known(scopes)
    if "admin" not in maker.scopes and not set(known) <= set(maker.scopes):
        raise wrong("scopes", OUTGROWN)
    if maker.expires_at and expires_at and expires_at > maker.expires_at:
        raise wrong("expiresAt", OUTLIVED)
    return create(name, known, now, expires_at or maker.expires_at)


def adopt(name: str, secret: str, scopes: Sequence[str], now: datetime) -> None:
    """A token whose secret was made elsewhere; once per secret."""
    born = {"name": _named(name), "scopes": _known(scopes), "createdAt": now, "rev": 1}
    Token._get_collection().update_one(
        {"digest": _digest(secret)}, {"$setOnInsert": born}, upsert=True
    )


def verify(secret: str, now: datetime) -> Token | None:
    """The token that this secret opens; None when it is wrong, revoked or expired."""
    if not secret.startswith(PREFIX):
        return None
    # Read directly, as every request of a program comes this way.
    stored = Token._get_collection().find_one({"digest": _digest(secret)})
    found: Token | None = Token._from_son(stored) if stored else None
    if found is None or not _valid(found, now):
        return None
    _note_use(found, now)
    return found


def revoke(token_id: object, now: datetime) -> Token:
    """Shut the token for good, at once and everywhere; NotFound if there is none."""
    if ObjectId.is_valid(str(token_id)):
        Token._get_collection().update_one(
            {"_id": ObjectId(str(token_id)), "revokedAt": {"$exists": False}},
            {"$set": {"revokedAt": now}, "$inc": {"rev": 1}},
        )
        found: Token | None = Token.objects(id=str(token_id)).first()
        if found:
            return found
    raise NotFound("There is no token with this id.")


def listed() -> list[Token]:
    """All tokens, the newest first, the revoked ones too: they explain who acted."""
    return list(Token.objects.order_by("-created_at", "-id"))


def _named(name: str) -> str:
    plain = name.strip()
    if not plain or len(plain) > LONGEST_NAME:
        raise wrong("name", f"A token needs a name of at most {LONGEST_NAME} characters.")
    return plain


def _known(scopes: Sequence[str]) -> list[str]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise wrong("scopes", "A token needs one or more of the scopes read, write and admin.")
    return [scope for scope in SCOPES if scope in scopes]


def _ahead(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at is not None and expires_at <= now:
        raise wrong("expiresAt", "This moment is past: a token must expire in the future.")
    return expires_at


def _valid(token: Token, now: datetime) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now < token.expires_at)


def _note_use(token: Token, now: datetime) -> None:
    """At most once a minute, so that reading does not become writing."""
    if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_EVERY:
        Token._get_collection().update_one({"_id": token.id}, {"$max": {"lastUsedAt": now}})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
