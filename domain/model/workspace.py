"""A chat workspace that let us in, and what its owner chose."""

from datetime import datetime

from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentListField,
    ListField,
    StringField,
)

from domain.model.base import TOLERANT, Noun, Part, index, present
from domain.values import Route as RouteValue
from domain.values import Workspace as WorkspaceValue


class Route(Part):
    """Where conversations with a tag or of a sender go."""

    about: str = StringField(required=True)
    inbox: str = StringField(required=True)
    agents: list[str] = ListField(StringField())


class Workspace(Noun):
    """Without an inbox channel and senders it is not set up, and nothing is shown there.

    Two never have one sender: a unique index sees to it. An inactive one keeps its senders until
    another takes them. `inbox` and `senders` are absent rather than empty.
    """

    meta = {**TOLERANT, "collection": "workspaces"}
    INDEXES = (
        index("team", "teamId", unique=True),
        index("sender", "senders", unique=True, where=present("senders")),
    )

    team_id: str = StringField(required=True, db_field="teamId")
    name: str = StringField(default="")
    inbox: str | None = StringField()
    agents: list[str] = ListField(StringField())
    admins: list[str] = ListField(StringField())
    senders: list[str] = ListField(StringField())
    routes: list[Route] = EmbeddedDocumentListField(Route)
    own_channels: bool = BooleanField(default=True, db_field="ownChannels")
    archive_closed: bool = BooleanField(default=True, db_field="archiveClosed")
    active: bool = BooleanField(default=True)
    installed_at: datetime = DateTimeField(required=True, db_field="installedAt")
    installed_by: str = StringField(default="", db_field="installedBy")
    removed_at: datetime | None = DateTimeField(db_field="removedAt")

    @property
    def is_set_up(self) -> bool:
        """Whether conversations can live in it."""
        return self.active and bool(self.inbox and self.senders)

    @property
    def value(self) -> WorkspaceValue:
        """How conversations live in it."""
        return WorkspaceValue(
            inbox=self.inbox or "",
            team_id=self.team_id,
            agents=tuple(self.agents),
            admins=tuple(self.admins),
            routes=tuple(
                RouteValue(one.about, one.inbox, tuple(one.agents)) for one in self.routes
            ),
            senders=tuple(self.senders),
            own_channels=self.own_channels,
            archive_closed=self.archive_closed,
        )
