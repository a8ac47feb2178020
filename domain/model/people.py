"""Those who act: agents of the chat workspace, and programs with an API token."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, ListField, StringField

from domain.model.base import TOLERANT, Noun, index
from domain.rules.roles import ADMIN, FLAGS, Bar, bar


class Agent(Noun):
    """A member of the chat workspace as last looked up; guests and foreigners never send.

    `doubted_at`: something about them changed, and nobody has asked since. `excused_until`: the
    chat did not answer when it was asked, and so long what we knew must do.
    """

    meta = {**TOLERANT, "collection": "agents"}
    INDEXES = (index("user", "userId", unique=True), index("name", "name", "_id"))

    user_id: str = StringField(required=True, db_field="userId")
    team_id: str = StringField(default="", db_field="teamId")
    name: str = StringField(default="")
    email: str | None = StringField()
    timezone: str | None = StringField()
    role: str = StringField(default="agent", choices=("admin", "agent", "none"))
    guest: bool = BooleanField(default=False)
    bot: bool = BooleanField(default=False)
    foreign: bool = BooleanField(default=False)
    deleted: bool = BooleanField(default=False)
    fetched_at: datetime = DateTimeField(required=True, db_field="fetchedAt")
    doubted_at: datetime | None = DateTimeField(db_field="doubtedAt")
    excused_until: datetime | None = DateTimeField(db_field="excusedUntil")

    @property
    def bar(self) -> Bar | None:
        """Why they may not text customers; None: they may."""
        return bar({"role": self.role} | {name: self[name] for name in FLAGS})

    @property
    def may_send(self) -> bool:
        """Only agents and admins, full and present members of our organisation, answer."""
        return self.bar is None

    @property
    def is_admin(self) -> bool:
        """Whether they may set things up, too."""
        return self.may_send and self.role == ADMIN


class Token(Noun):
    """An API token: only the hash of its secret is kept."""

    meta = {**TOLERANT, "collection": "tokens"}
    INDEXES = (index("digest", "digest", unique=True),)

    name: str = StringField(required=True)
    digest: str = StringField(required=True)
    scopes: list[str] = ListField(StringField())
    created_at: datetime = DateTimeField(required=True, db_field="createdAt")
    last_used_at: datetime | None = DateTimeField(db_field="lastUsedAt")
    expires_at: datetime | None = DateTimeField(db_field="expiresAt")
    revoked_at: datetime | None = DateTimeField(db_field="revokedAt")
