"""A campaign is started by somebody: its words and its list are looked at first."""

from datetime import datetime

from domain.errors import Conflict, FieldError, InvalidInput
from domain.model import Campaign
from domain.model.campaign import DRAFT
from domain.policy import Policy
from domain.services import linting
from domain.services.campaigns.planning import drafting, heeding, surveying
from domain.services.campaigns.sending import steering

LACKING = "MISSING_VARIABLE"
WHOM = "Change whom it is for, then start it."
FILL_IN = "Change the words or the contacts, then start it."


def start(
    campaign_id: object, now: datetime, policy: Policy, looked_at: str | None = None
) -> Campaign:
    """Let it begin, at its time or now; one that was started already stays as it is.

    `looked_at` is how whoever starts it saw it (`drafting.stamp`): Conflict if it is otherwise.

    InvalidInput for words that are blocked and, as MISSING_VARIABLE, for values that everybody
    lacks; Conflict for an empty list, and as `steering.start`.
    """
    found = drafting.get(campaign_id)
    if found.status == DRAFT:
        steering.check_read_in(found)
        found.body = drafting.current(found)
        if looked_at is not None and drafting.stamp(found) != looked_at:
            raise Conflict(steering.CHANGED, help=steering.LOOK)
        linting.check(found.body, policy, found.purpose, found.sender)
        _check_list(found, now, policy)
    return steering.begin(found, now)


def _check_list(found: Campaign, now: datetime, policy: Policy) -> None:
    """It is read until somebody gets a text. Whoever has not agreed yet may agree in time."""
    at = max(found.start_at or now, now)
    made = surveying.survey(found, at, policy, enough=1)
    if made.recipients or made.more:
        return
    if not made.left:
        empty = heeding.empty(found)
        raise Conflict(empty, help=WHOM, fields=(FieldError("audience", empty),))
    lacking = next((one for one in made.exclusions if one.code == LACKING), None)
    if lacking:
        told = (FieldError("body", lacking.reason),)
        raise InvalidInput(lacking.reason, code=LACKING, help=FILL_IN, fields=told)
