"""When texts may leave, by the recipient's clock: rules as data, places, and the next opening."""

from domain.rules.hours.book import Rule, Rulebook
from domain.rules.hours.judging import Hours, Opening
from domain.rules.hours.loading import BrokenRules, read, shipped
from domain.rules.hours.places import NOWHERE, Place, find

__all__ = [
    "NOWHERE",
    "BrokenRules",
    "Hours",
    "Opening",
    "Place",
    "Rule",
    "Rulebook",
    "find",
    "read",
    "shipped",
]
