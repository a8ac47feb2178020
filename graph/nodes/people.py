"""Those who act, and our side of a conversation."""

from collections.abc import Mapping

import strawberry

from domain.policy import Policy
from domain.rules import phone as phones
from domain.rules import roles
from graph.nodes.stored import Raw, identity
from graph.scalars import Phone
from graph.types.people import Actor, Agent, Sender, System, Token


def agent(raw: Raw) -> Agent:
    """An agent, under the Slack user id, which stays when the rest is looked up anew."""
    return Agent(
        id=strawberry.ID(raw["userId"]),
        name=raw.get("name") or raw["userId"],
        email=raw.get("email"),
        slack_user_id=raw["userId"],
        role=raw.get("role") or "agent",
        active=roles.bar(raw) is None,
    )


def token(raw: Raw) -> Token:
    """A token without its digest."""
    return Token(
        id=identity(raw),
        name=raw["name"],
        scopes=list(raw.get("scopes") or ()),
        created_at=raw["createdAt"],
        last_used_at=raw.get("lastUsedAt"),
        expires_at=raw.get("expiresAt"),
    )


def actor(author: Raw, agents: Mapping[str, Agent], tokens: Mapping[str, Token]) -> Actor:
    """Whoever that author is; one who is not on record is named as far as we can."""
    kind, key = author.get("kind"), str(author.get("key") or "")
    name = str(author.get("name") or key)
    if kind == "agent":
        return agents.get(key) or agent({"userId": key, "name": name})
    if kind == "token":
        return tokens.get(key) or System(name=name)
    return System(name=name or "Threadline")


def author_key(author: Raw | None) -> tuple[str, str]:
    """By which an author is known among others."""
    return (str(author.get("kind")), str(author.get("key"))) if author else ("", "")


def sender(raw: Raw, policy: Policy) -> Sender:
    """Our side of a conversation."""
    ours = raw["sender"]
    service = ours if ours.startswith("MG") else None
    phone = raw.get("ownNumber") if service else ours
    return Sender(
        id=strawberry.ID(ours),
        phone=Phone(phone) if phone else None,
        messaging_service_sid=service,
        label="Messaging Service" if service else phones.national(ours),
        known=policy.knows(ours),
        default=ours == policy.default_sender,
    )
