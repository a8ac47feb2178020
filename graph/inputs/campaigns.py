"""Campaigns as programs describe them."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.errors import FieldError, InvalidInput
from domain.services.campaigns.planning.audience import Wish
from domain.services.campaigns.planning.drafting import Plan, Program
from graph import enums
from graph.inputs import given, lists
from graph.inputs.lists import ContactFilter
from graph.inputs.texts import OURS, READ_ONLY


@strawberry.input(description="Whom it is for; every part that is given must hold.")
class AudienceInput:
    """Looked up when the campaign begins."""

    filter: ContactFilter | None = strawberry.field(
        default=UNSET, description="Which contacts; an empty one means all."
    )
    search: str | None = strawberry.field(
        default=UNSET, description="Words of a name or e-mail, or a part of a number."
    )
    contact_ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="These contacts, at most 10,000."
    )
    import_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Those whom this import named."
    )


@strawberry.input(description="A campaign as it is to be.")
class CampaignInput:
    """All of it, every time."""

    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    audience: AudienceInput = strawberry.field(description="Whom it is for.")
    template_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The template whose words it says when it is started."
    )
    body: str | None = strawberry.field(
        default=UNSET, description="The words, with variables as templates have them."
    )
    purpose: enums.Purpose | None = strawberry.field(
        default=enums.Purpose.MARKETING, description="MARKETING or INFORMATIONAL."
    )
    sender_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="From this sender of ours; the default if it is left out."
    )
    start_at: datetime | None = strawberry.field(
        default=UNSET, description="Begin then, once it is started; at most a year ahead."
    )
    per_minute: int | None = strawberry.field(
        default=UNSET, description="How many texts a minute leave, 1 to 6,000; 60 if left out."
    )
    tags: list[str] | None = strawberry.field(default=UNSET, description="Labels for its texts.")
    shorten_links: bool | None = strawberry.field(
        default=True,
        description="Make the http(s) addresses in it short ones of ours, each recipient's own, "
        "and count who follows them.",
    )
    idempotency_key: str | None = strawberry.field(
        default=UNSET, description="The same key makes one campaign."
    )
    program_name: str | None = strawberry.field(
        default=UNSET,
        description="What the recurring programme is called that it belongs to; carriers ask for "
        "this and the next three, and the dry run warns where they are missing of advertising.",
    )
    frequency: str | None = strawberry.field(
        default=UNSET, description="How often the programme texts, such as `at most 4 a month`."
    )
    terms_url: str | None = strawberry.field(
        default=UNSET, description="Where the programme's terms are."
    )
    privacy_url: str | None = strawberry.field(
        default=UNSET, description="Where the privacy policy is."
    )


def plan(said: CampaignInput) -> Plan:
    """The domain's word for it."""
    purpose = said.purpose or enums.Purpose.MARKETING
    if purpose in OURS:
        raise InvalidInput(READ_ONLY, fields=(FieldError("purpose", READ_ONLY),))
    return Plan(
        name=said.name,
        wish=_wish(said.audience),
        body=given(said.body),
        template_id=said.template_id or None,
        purpose=purpose.value,
        sender=said.sender_id or None,
        start_at=given(said.start_at),
        per_minute=given(said.per_minute),
        tags=tuple(said.tags or ()),
        shorten=said.shorten_links is not False,
        key=given(said.idempotency_key),
        program=Program(
            given(said.program_name),
            given(said.frequency),
            given(said.terms_url),
            given(said.privacy_url),
        ),
    )


def _wish(said: AudienceInput) -> Wish:
    search, chosen = said.search or None, given(said.filter)
    wanted = lists.contact_filter(search, chosen) if search or chosen else None
    return Wish(wanted, tuple(said.contact_ids or ()), said.import_id or None)
