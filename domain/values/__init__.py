"""What travels between rooms: texts, people and outcomes, free of supplier names."""

from domain.values.chat import (
    Button,
    Card,
    Person,
    Place,
    Post,
    Route,
    Workspace,
)
from domain.values.outcomes import (
    PACED,
    Accepted,
    ChatOutcome,
    Failed,
    Opened,
    Postponed,
    Rejected,
    Shown,
    SmsOutcome,
    Unclear,
)
from domain.values.texts import (
    Advice,
    CarriedText,
    InboundText,
    MediaRef,
    OutgoingText,
    StatusReport,
)

__all__ = [
    "PACED",
    "Accepted",
    "Advice",
    "Button",
    "Card",
    "CarriedText",
    "ChatOutcome",
    "Failed",
    "InboundText",
    "MediaRef",
    "Opened",
    "OutgoingText",
    "Person",
    "Place",
    "Post",
    "Postponed",
    "Rejected",
    "Route",
    "Shown",
    "SmsOutcome",
    "StatusReport",
    "Unclear",
    "Workspace",
]
