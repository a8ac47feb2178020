"""Rules by which every hour is a good one, for tests that keep the machine's own time."""

from dataclasses import replace
from pathlib import Path

from domain.policy import Policy
from domain.rules.hours import read
from tests.domain import build

RULES = Path(__file__).with_name("anytime.toml")
SETTING = {"RULES_FILE": str(RULES)}
"""The same for processes."""


def anytime(policy: Policy) -> Policy:
    """The same policy, at whatever time the tests are run."""
    return replace(policy, consent=replace(policy.consent, rules=read(RULES)))


POLICY = anytime(build.POLICY)
