"""A conversation and the rules for its name."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import TEAM


@dataclass(frozen=True)
class Channel:
    """A public or private channel, or a direct conversation; a change makes a new value."""

    id: str
    name: str
    creator: str
    created: int
    private: bool = False
    direct: bool = False
    archived: bool = False
    shared: bool = False  # with another organisation
    deleted: bool = False
    general: bool = False  # the one that everybody is in
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The `channel_type` of events."""
        return "im" if self.direct else "group" if self.private else "channel"

    def as_resource(self, viewer: str) -> Json:
        """As conversations.info shows it to one of its members."""
        if self.direct:
            other = next((member for member in self.members if member != viewer), viewer)
            return {"id": self.id, "is_im": True, "user": other, "created": self.created}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.private,
            "is_archived": self.archived,
            "is_general": self.general,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_org_shared": False,
            "is_member": viewer in self.members,
            "created": self.created,
            "creator": self.creator,
            "context_team_id": TEAM,
            "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": self.purpose, "creator": self.creator, "last_set": self.created},
            "previous_names": [],
        }


def checked_name(name: Any) -> str:
    """The name if Slack would take it; SlackError otherwise."""
    if not isinstance(name, str) or not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    if not re.search(r"[a-z0-9]", name):
        raise SlackError("invalid_name_punctuation")
    return name


def to_record(channel: Channel) -> Json:
    """As kept in the ledger."""
    return asdict(channel)
