"""Where agents see a conversation: a channel of its own, or a thread of the inbox channel.

`setup` makes a place, `keeping` keeps it as it should be, `leaving` gives it up, `news` is what
the chat tells of it. All of them write down a try before it is made, and look before they repeat.
"""

from domain.services.channels.cards import card_of, person_of
from domain.services.channels.leaving import lost, to_inbox
from domain.services.channels.routing import route_of
from domain.services.channels.setup import (
    INBOX_ONLY,
    anchored,
    anchoring,
    furnished,
    introduced,
    next_step,
    opened,
    recounted,
    reopened,
)
from domain.services.channels.steps import (
    Anchor,
    ChannelStep,
    Furnish,
    Introduce,
    OpenChannel,
    Recount,
    Reopen,
    card_key,
    place_of,
    purpose,
)
from domain.services.channels.waiting import pause, waits

__all__ = [
    "INBOX_ONLY",
    "Anchor",
    "ChannelStep",
    "Furnish",
    "Introduce",
    "OpenChannel",
    "Recount",
    "Reopen",
    "anchored",
    "anchoring",
    "card_key",
    "card_of",
    "furnished",
    "introduced",
    "lost",
    "next_step",
    "opened",
    "pause",
    "person_of",
    "place_of",
    "purpose",
    "recounted",
    "reopened",
    "route_of",
    "to_inbox",
    "waits",
]
