"""Those who act: agents of the chat workspace, and programs with an API token."""

from datetime import datetime

from mongoengine import BooleanField, DateTimeField, ListField, StringField

from domain.model.base import TOLERANT, Noun, index


class Agent(Noun):
    """A member of the chat workspace as last looked up; guests and foreigners never send."""

    meta = {**TOLERANT, "collection": "agents"}
    INDEXES = (index("user", "userId", unique=True), index("name", "name", "_id"))

    user_id: str = StringField(required=True, db_field="userId")
    team_id: str = StringField(default="", db_field="teamId")
    name: str = StringField(default="")
    email: str | None = StringField()
    role: str = StringField(default="agent")
    guest: bool = BooleanField(default=False)
    bot: bool = BooleanField(default=False)
    foreign: bool = BooleanField(default=False)
    deleted: bool = BooleanField(default=False)
    fetched_at: datetime = DateTimeField(required=True, db_field="fetchedAt")

    @property
    def may_send(self) -> bool:
        """Only full, present members of our own organisation answer customers."""
        return not (self.guest or self.bot or self.foreign or self.deleted)


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
