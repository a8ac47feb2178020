"""Where somebody may be: from what a person said of them, else their address, else their number.

Their hours go by the first of these that is known. A state's rules are kept for all of them: some
bind every number of the state, wherever its owner lives.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from domain.rules import phone as phones
from domain.rules.hours.geography import geography
from domain.rules.zones import known, region

REMEMBERED = 10_000
HOME = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""Whose numbers have a ZIP or a state to go by: 10115 is also Berlin, WA Western Australia."""


@dataclass(frozen=True)
class Place:
    """All zones (IANA) that may be theirs, none when unknown; all states whose rules may bind.

    `abroad`: the number is none of North America's; `perhaps`: where its owner may be, if that is
    all that is known of them.
    """

    zones: tuple[str, ...] = ()
    states: frozenset[str] = field(default_factory=frozenset)
    abroad: bool = False
    perhaps: tuple[str, ...] = ()


NOWHERE = Place()
"""Somewhere in the United States."""


@lru_cache(REMEMBERED)
def find(
    phone: str, zone: str | None = None, state: str | None = None, code: str | None = None
) -> Place:
    """Where that number's owner may be; `state` and `code` (ZIP) are of their address.

    The hours of a foreign number's owner do not go by those; a state's rules bind all the same.
    """
    phone = phones.behind(phone) or phone
    land, facts = geography(), phones.describe(phone)
    addressed = land.state(state)
    named = region(zone)
    ours = not phones.is_phone(phone) or phones.country(phone) in HOME
    zones = (
        ((named,) if named else ())
        or (land.zones_of_zip(code) if ours else ())
        or (land.states.get(addressed or "", ()) if ours else ())
        or tuple(one for one in facts.timezones if known(one))
    )
    area = land.areas.get(phone[2:5]) if phone.startswith("+1") else None
    states = frozenset(filter(None, (addressed, land.state_of_zip(code), area)))
    abroad = phones.is_phone(phone) and not phone.startswith("+1")
    unplaced = abroad and not zones
    return Place(zones, states, abroad, phones.everywhere(phone) if unplaced else ())
