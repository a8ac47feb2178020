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
from domain.values.files import Content, FileRef, Picture, Unavailable, Uploaded
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
    "Content",
    "Failed",
    "FileRef",
    "InboundText",
    "MediaRef",
    "Opened",
    "OutgoingText",
    "Person",
    "Picture",
    "Place",
    "Post",
    "Postponed",
    "Rejected",
    "Route",
    "Shown",
    "SmsOutcome",
    "StatusReport",
    "Unavailable",
    "Unclear",
    "Uploaded",
    "Workspace",
]
