"""Those who are texted: numbers and addresses, and where the law finds them."""

from dataclasses import dataclass, field
from typing import Any

from tests.oracle.law import EVERYWHERE, Standing


@dataclass(frozen=True)
class Somebody:
    """A number (E.164), what their contact says, and by hand: the zones and states that count."""

    phone: str
    zones: tuple[str, ...]
    states: tuple[str, ...] = ()
    contact: dict[str, Any] = field(default_factory=dict, hash=False)

    def __repr__(self) -> str:
        return self.phone

    def standing(self) -> Standing:
        """Nothing said yet, nothing sent."""
        return Standing(self.zones, self.states)


EAST, MIDDLE, WEST = "America/New_York", "America/Chicago", "America/Los_Angeles"

PEOPLE = (
    Somebody("+12125550101", (EAST,)),
    Somebody(
        "+13055550102", (WEST,), ("FL",), {"address": {"state": "CA", "city": "San Francisco"}}
    ),
    Somebody("+14015550103", (EAST,), ("RI",)),
    Somebody("+15025550104", (EAST,), ("KY",)),
    Somebody("+15125550105", (MIDDLE,), ("TX",)),
    Somebody("+18085550106", ("Pacific/Honolulu",)),
    Somebody("+18005550107", EVERYWHERE),
    Somebody("+16055550108", ("America/Denver", MIDDLE)),
    Somebody("+15045550109", (MIDDLE,), ("LA",)),
    Somebody("+17605550110", ("America/Denver",), (), {"timezone": "America/Denver"}),
    Somebody("+12055550111", (MIDDLE,), ("AL",)),
    Somebody("+12155550112", (EAST,), ("PA",)),
)
