"""Automatic answers and business hours as lists show them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Responder:
    """A rule; `when` says in words which texts it answers. `editable` by whoever looks."""

    rule_id: str
    name: str
    when: str
    words: str
    enabled: bool
    editable: bool = False


@dataclass(frozen=True)
class Week:
    """When the business is open, in words, and what is said when it is not."""

    hours: str
    away: str | None = None
    opened: bool = True
    editable: bool = False
