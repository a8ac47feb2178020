"""Documents, as MongoDB keeps them, made into the API's types. Pure: what is nested is given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import strawberry
from bson import Decimal128

from domain.model import ConsentEvent as Ledger
from domain.policy import Policy
from domain.rules.gate import RULES_VERSION, Verdict
from domain.rules.phone import PhoneFacts
from domain.rules.segments import measure
from domain.services.previews import Preview
from graph import enums
from graph.enums import known
from graph.problems import Problem, problem
from graph.scalars import Phone
from graph.types.consent import ConsentEvent
from graph.types.contact import (
    Address,
    Consent,
    Contact,
    Interests,
    Preferences,
    PriceRange,
)
from graph.types.gate import GateDecision, MessagePreview, PhoneInfo
from graph.types.message import Media, Message, StatusChange
from graph.types.people import Actor, Agent, Sender, System, Token
from graph.types.thread import SlackChannel, Thread

Raw = Mapping[str, Any]
E = TypeVar("E", bound=Enum)
TROUBLED = frozenset({"failed", "undelivered", "refused", "unknown", "canceled"})
"""An error is shown in these states only: a text that arrived after all has none."""


def identity(raw: Raw) -> strawberry.ID:
    """The document's id as clients know it."""
    return strawberry.ID(str(raw["_id"]))


def contact(raw: Raw, agent: Agent | None, number: Raw | None) -> Contact:
    """A contact; `number` is the state of its first number, where that was asked for."""
    first, last = raw.get("firstName") or "", raw.get("lastName") or ""
    return Contact(
        id=identity(raw),
        first_name=first,
        last_name=last,
        name=f"{first} {last}".strip(),
        email=raw.get("email"),
        phone=Phone(raw["phone"]),
        phones=[Phone(one) for one in raw.get("phones") or [raw["phone"]]],
        address=_address(raw.get("address")),
        source=raw.get("source"),
        status=known(enums.ContactStatus, raw.get("status"), enums.ContactStatus.NEW),
        tags=list(raw.get("tags") or ()),
        interests=_interests(raw.get("interests")),
        preferences=_preferences(raw.get("preferences") or {}),
        consent=_consent(raw.get("consent") or {}, number or {}),
        notes=raw.get("notes"),
        last_contact_date=raw.get("lastContactDate"),
        last_contact_method=_optional(enums.ContactMethod, raw.get("lastContactMethod")),
        assigned_agent=agent,
        timezone=raw.get("timezone"),
        custom_fields=raw.get("customFields"),
        do_not_call=bool(raw.get("doNotCall")),
        created_at=raw["createdAt"],
        updated_at=raw.get("updatedAt") or raw["createdAt"],
        pages={},
    )


def thread(
    raw: Raw,
    policy: Policy,
    contact: Contact | None,
    agent: Agent | None,
    last_message: Message | None,
) -> Thread:
    """A conversation with what was loaded beside it."""
    return Thread(
        id=identity(raw),
        contact=contact,
        phone=Phone(raw["phone"]),
        sender=sender(raw, policy),
        status=known(enums.ThreadStatus, raw.get("status"), enums.ThreadStatus.OPEN),
        assigned_to=agent,
        unread_count=raw.get("unreadCount") or 0,
        last_message=last_message,
        last_message_at=raw.get("lastMessageAt"),
        snoozed_until=raw.get("snoozedUntil"),
        slack_channel=_channel(raw),
        held_for_review=bool(raw.get("heldForReview")),
        created_at=raw["createdAt"],
        pages={},
    )


def message(
    raw: Raw,
    contact: Contact | None,
    thread: Thread | None,
    sent_by: Actor | None,
    retry_of: Message | None,
) -> Message:
    """A text with what was loaded beside it."""
    status = known(enums.MessageStatus, raw.get("status"), enums.MessageStatus.UNKNOWN)
    trouble = raw if raw.get("status") in TROUBLED else {}
    return Message(
        id=identity(raw),
        origin=raw.get("origin") or "",
        twilio_message_sid=raw.get("twilioMessageSid"),
        direction=known(enums.Direction, raw.get("direction"), enums.Direction.INBOUND),
        status=status,
        purpose=known(enums.Purpose, raw.get("purpose"), enums.Purpose.CONVERSATION),
        from_=Phone(raw["from"]),
        to=Phone(raw["to"]),
        body=raw.get("body") or "",
        media=_media(raw),
        contact=contact,
        thread=thread,
        sent_by=sent_by,
        tags=list(raw.get("tags") or ()),
        retry_of=retry_of,
        segments=raw.get("segments") or 0,
        encoding=_encoding(raw),
        price=_decimal(raw.get("price")),
        price_unit=raw.get("priceUnit"),
        error_code=trouble.get("errorCode"),
        error_message=trouble.get("errorMessage"),
        error_help=trouble.get("errorHelp"),
        decision=_decision(raw.get("decision"), raw.get("errorHelp")),
        send_at=raw.get("sendAt"),
        created_at=raw["createdAt"],
        twilio_created_at=raw.get("twilioCreatedAt"),
        delivered_at=raw.get("deliveredAt"),
        read_at=raw.get("readAt"),
        status_history=[_step(step) for step in raw.get("statusHistory") or ()],
    )


def agent(raw: Raw) -> Agent:
    """An agent, under the Slack user id, which stays when the rest is looked up anew."""
    gone = any(raw.get(name) for name in ("guest", "bot", "foreign", "deleted"))
    return Agent(
        id=strawberry.ID(raw["userId"]),
        name=raw.get("name") or raw["userId"],
        email=raw.get("email"),
        slack_user_id=raw["userId"],
        role=raw.get("role") or "agent",
        active=not gone,
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


def sender(raw: Raw, policy: Policy) -> Sender:
    """Our side of a conversation."""
    ours = raw["sender"]
    service = ours if ours.startswith("MG") else None
    phone = raw.get("ownNumber") if service else ours
    return Sender(
        id=strawberry.ID(ours),
        phone=Phone(phone) if phone else None,
        messaging_service_sid=service,
        label=None,
        known=policy.knows(ours),
        default=ours == policy.default_sender,
    )


def consent_event(
    event: Ledger, contact: Contact | None, recorded_by: Actor, message: Message | None
) -> ConsentEvent:
    """An event of the ledger."""
    return ConsentEvent(
        id=strawberry.ID(str(event.id)),
        phone=Phone(event.phone),
        contact=contact,
        action=enums.ConsentAction(event.action),
        level=known(enums.ConsentLevel, event.level, enums.ConsentLevel.NONE),
        scope=known(enums.ConsentScope, event.scope, enums.ConsentScope.ALL),
        at=event.at,
        method=known(enums.ConsentMethod, event.method, enums.ConsentMethod.OTHER),
        wording=event.wording,
        wording_version=event.wording_version,
        ip=event.ip,
        user_agent=event.user_agent,
        evidence_url=event.evidence_url,
        note=event.note,
        recorded_by=recorded_by,
        recorded_at=event.recorded_at,
        recorded_from_ip=event.recorded_from_ip,
        message=message,
    )


def phone_info(facts: PhoneFacts) -> PhoneInfo:
    """A number as typed, formatted and checked."""
    return PhoneInfo(
        valid=facts.valid,
        e164=Phone(facts.e164) if facts.e164 else None,
        national=facts.national,
        country=facts.country,
        kind=facts.kind,
        timezones=list(facts.timezones),
        problem=problem("INVALID_PHONE", facts.problem) if facts.problem else None,
    )


def message_preview(made: Preview) -> MessagePreview:
    """A text that was not sent."""
    return MessagePreview(
        body=made.body,
        units=made.size.units,
        segments=made.size.segments,
        encoding=enums.Encoding(made.size.encoding.value),
        unicode_culprits=list(made.size.culprits),
        smart_body=made.smart,
        smart_segments=made.smart_size.segments,
        estimated_price=made.price,
        price_unit=made.price_unit,
        missing_variables=[],
        decision=verdict(made.verdict),
    )


def verdict(said: Verdict) -> GateDecision:
    """The gate's answer of this moment."""
    no = None if said.allowed else problem(said.code or "", said.message or "", help=said.help)
    return _judged(said.allowed, no, said.reasons, said.rules_version)


def _decision(raw: Raw | None, help: str | None) -> GateDecision | None:
    """The gate's answer as a message keeps it."""
    if not raw:
        return None
    allowed = bool(raw.get("allowed"))
    no = None if allowed else problem(raw.get("code") or "", raw.get("message") or "", help=help)
    return _judged(allowed, no, raw.get("reasons") or (), raw.get("rulesVersion") or RULES_VERSION)


def _judged(
    allowed: bool, no: Problem | None, reasons: Sequence[str], version: str
) -> GateDecision:
    return GateDecision(
        allowed=allowed,
        problem=no,
        earliest=None,
        needs_confirmation=False,
        reasons=list(reasons),
        rules_version=version,
    )


def _media(raw: Raw) -> list[Media]:
    types = raw.get("mediaTypes") or ()
    return [
        Media(
            id=strawberry.ID(f"{raw['_id']}-{place}"),
            url=url,
            content_type=types[place] if place < len(types) else "",
            bytes=0,
            sha256="",
            name=None,
        )
        for place, url in enumerate(raw.get("mediaUrls") or ())
    ]


def _step(raw: Raw) -> StatusChange:
    status = known(enums.MessageStatus, raw.get("status"), enums.MessageStatus.UNKNOWN)
    return StatusChange(status=status, at=raw["at"], error_code=raw.get("errorCode"))


def _encoding(raw: Raw) -> enums.Encoding:
    stored = raw.get("encoding") or measure(raw.get("body") or "").encoding.value
    return known(enums.Encoding, stored, enums.Encoding.GSM7)


def _channel(raw: Raw) -> SlackChannel | None:
    place = raw.get("channel") or {}
    channel_id = place.get("channelId")
    if not channel_id:
        return None
    team_id = place.get("teamId") or ""
    return SlackChannel(
        team_id=team_id,
        channel_id=channel_id,
        thread_ts=place.get("threadTs"),
        name=place.get("name"),
        url=f"https://app.slack.com/client/{team_id}/{channel_id}" if team_id else None,
        reply_mode=known(enums.ReplyMode, raw.get("replyMode"), enums.ReplyMode.SEND),
    )


def _address(raw: Raw | None) -> Address | None:
    if not raw:
        return None
    return Address(**{name: raw.get(name) for name in ("street", "city", "state", "zip")})


def _interests(raw: Raw | None) -> Interests | None:
    if not raw:
        return None
    prices = raw.get("priceRange")
    return Interests(
        buying=raw.get("buying"),
        selling=raw.get("selling"),
        property_types=list(raw.get("propertyTypes") or ()),
        locations=list(raw.get("locations") or ()),
        price_range=_prices(prices) if prices else None,
        timeframe=raw.get("timeframe"),
    )


def _prices(raw: Raw) -> PriceRange:
    return PriceRange(min=_decimal(raw.get("min")), max=_decimal(raw.get("max")))


def _preferences(raw: Raw) -> Preferences:
    return Preferences(
        sms_opt_in=bool(raw.get("smsOptIn")),
        email_opt_in=bool(raw.get("emailOptIn")),
        call_opt_in=bool(raw.get("callOptIn")),
        preferred_contact_method=_optional(enums.ContactMethod, raw.get("preferredContactMethod")),
    )


def _consent(raw: Raw, number: Raw) -> Consent:
    opted_out_at: datetime | None = number.get("blockedAt") if number.get("blocked") else None
    return Consent(
        marketing_consent=bool(raw.get("marketingConsent")),
        tcpa_consent=bool(raw.get("tcpaConsent")),
        consent_date=raw.get("consentDate"),
        consent_ip=raw.get("consentIp"),
        level=known(enums.ConsentLevel, number.get("level"), enums.ConsentLevel.NONE),
        opted_out_at=opted_out_at,
    )


def _decimal(value: object) -> Decimal | None:
    """Adopted documents keep prices as numbers."""
    if value is None:
        return None
    return value.to_decimal() if isinstance(value, Decimal128) else Decimal(str(value))


def _optional(kind: type[E], stored: object) -> E | None:
    return known(kind, stored, None) if stored else None  # type: ignore[type-var]
