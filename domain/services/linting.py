"""What the linter says of words that somebody keeps or starts: told and logged, never the words.

It stops nothing, unless the owner says so (LINT_BLOCKS).
"""

import structlog

from domain.errors import FieldError, InvalidInput
from domain.policy import Policy
from domain.rules import linting
from domain.rules.consent import optout
from domain.rules.consent.optout import Past
from domain.rules.gate import Purpose
from domain.rules.linting import Concern

BLOCKED = "The linter objects, and the owner lets nothing pass that it objects to. {concerns}"
LATER = Past(texted=False, marketed=True)

log = structlog.get_logger()


def concerns(
    body: str, purpose: str, policy: Policy, sender: str | None = None
) -> tuple[Concern, ...]:
    """What there is to say of words that go to many; the opt-out line we add counts as theirs.

    Our name does not: it is added to the first text alone.
    """
    setting, business = policy.consent.opt_out_line, policy.business_name
    leaving = optout.worded(body, purpose, setting, business, LATER)
    return linting.lint(leaving, purpose, business, sender)


def check(
    body: str,
    policy: Policy,
    purpose: str = Purpose.CONVERSATION,
    sender: str | None = None,
    field: str = "body",
) -> tuple[Concern, ...]:
    """The same, logged; InvalidInput that lists them where they block. `field` is for errors."""
    found = concerns(body, purpose, policy, sender)
    if not found:
        return found
    blocks = policy.consent.lint_blocks
    log.info("text.linted", codes=[one.code for one in found], purpose=purpose, blocked=blocks)
    if blocks:
        told = BLOCKED.format(concerns=" ".join(one.message for one in found))
        raise InvalidInput(told, fields=tuple(FieldError(field, one.message) for one in found))
    return found
