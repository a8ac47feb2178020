"""Statements about consent as clients make them."""

from datetime import datetime, timedelta

import strawberry
from strawberry import UNSET

from domain.errors import FieldError, InvalidInput
from domain.model import Author
from domain.policy import Policy
from domain.services import wordings
from domain.services.consent import Statement
from domain.services.people import evidence
from graph import enums
from graph.inputs import given

LONGEST_VERSION, LONGEST_KEY = 200, 10_000
SKEW = timedelta(minutes=5)
UNWRITTEN = (
    "Consent in writing needs what they agreed to: give wording, wordingVersion or evidenceUrl."
)
AHEAD = "This moment has not come yet: give when they said it, or leave it out."
SAID = (enums.ConsentAction.OPT_IN, enums.ConsentAction.OPT_OUT)
NOT_SAID = "Record OPT_IN or OPT_OUT; the other actions are written by Threadline itself."
NO_LEVEL = "A yes has the level EXPRESS or WRITTEN; a no is the action OPT_OUT."


@strawberry.input(description="What a person said about being texted, with its proof.")
class ConsentInput:
    """A statement for the ledger."""

    action: enums.ConsentAction = strawberry.field(description="Yes or no.")
    level: enums.ConsentLevel | None = strawberry.field(
        default=enums.ConsentLevel.EXPRESS, description="How strong a yes."
    )
    scope: enums.ConsentScope | None = strawberry.field(
        default=enums.ConsentScope.ALL, description="How far it reaches."
    )
    method: enums.ConsentMethod = strawberry.field(description="How it came to you.")
    at: datetime | None = strawberry.field(
        default=UNSET, description="When the person said it; now if it is left out."
    )
    wording: str | None = strawberry.field(
        default=UNSET, description="The exact sentence that was shown: 10 to 5,000 characters."
    )
    wording_version: str | None = strawberry.field(
        default=UNSET,
        description="Which version of `consentWording` was shown, which then need not be given as "
        "`wording`; or the version of your own `wording`.",
    )
    ip: str | None = strawberry.field(
        default=UNSET, description="The person's IP address, IPv4 or IPv6."
    )
    user_agent: str | None = strawberry.field(
        default=UNSET, description="The person's browser; at most 1,000 characters."
    )
    evidence_url: str | None = strawberry.field(
        default=UNSET, description="Where more proof is kept: an http or https address."
    )
    note: str | None = strawberry.field(
        default=UNSET, description="What else should be known; at most 2,000 characters."
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET,
        description="The same key records it once; of another statement it is a Conflict.",
    )


def statement(
    said: ConsentInput, author: Author, ip: str | None, now: datetime, policy: Policy
) -> Statement:
    """The domain's word for it; InvalidInput when it is of the future, or a yes to nothing."""
    if said.action not in SAID:
        raise InvalidInput(NOT_SAID, fields=(FieldError("action", NOT_SAID),))
    at = given(said.at) or now
    if at > now + SKEW:
        raise InvalidInput(AHEAD, fields=(FieldError("at", AHEAD),))
    refused = said.action is enums.ConsentAction.OPT_OUT
    if not refused and said.level is enums.ConsentLevel.NONE:
        raise InvalidInput(NO_LEVEL, fields=(FieldError("level", NO_LEVEL),))
    level = enums.ConsentLevel.NONE if refused else said.level or enums.ConsentLevel.EXPRESS
    if level is enums.ConsentLevel.WRITTEN and not (
        said.wording or said.wording_version or said.evidence_url
    ):
        raise InvalidInput(UNWRITTEN, fields=(FieldError("wording", UNWRITTEN),))
    version = evidence.text(given(said.wording_version), "wordingVersion", LONGEST_VERSION)
    evidence.text(given(said.idempotency_key), "idempotencyKey", LONGEST_KEY)
    return Statement(
        action=said.action.value,
        method=said.method.value,
        at=at,
        level=level.value,
        scope=(said.scope or enums.ConsentScope.ALL).value,
        wording=evidence.wording(given(said.wording), "wording")
        or _shown(version, policy.business_name),
        wording_version=version,
        ip=evidence.ip(given(said.ip), "ip"),
        user_agent=evidence.text(given(said.user_agent), "userAgent", evidence.LONGEST_BROWSER),
        evidence_url=evidence.link(given(said.evidence_url), "evidenceUrl"),
        note=evidence.text(given(said.note), "note", evidence.LONGEST_NOTE),
        recorded_from_ip=ip,
        recorded_by=author,
    )


def _shown(version: str | None, business: str) -> str | None:
    """The sentence of that version of ours, where only the version was given."""
    return wordings.rendered(version, business) if version else None
