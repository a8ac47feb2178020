"""Who is in the workspace: the app's bot, agents, a guest, a stranger and another bot."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from adapters.sandbox.ledger import Json

TEAM, TEAM_NAME, OTHER_TEAM = "T0SANDBOX", "Threadline Demo", "T0OTHERCORP"
APP, BOT, BOT_USER = "A0THREADLINE", "B0THREADLINE", "U0THREADLINE"
OTHER_BOT, OTHER_BOT_USER, OTHER_APP = "B0STANDUP", "U0STANDUP", "A0STANDUP"
GROUP = "S0AGENTS"


@dataclass(frozen=True)
class User:
    """A member of the workspace, or somebody of another organisation."""

    id: str
    name: str
    real_name: str
    email: str = ""
    team: str = TEAM
    bot: str | None = None
    app: str | None = None
    guest: bool = False  # of several channels, or of a single one
    single: bool = False
    admin: bool = False
    owner: bool = False
    deleted: bool = False
    tz: str = "America/Los_Angeles"
    color: str = "4a154b"
    home: str = TEAM

    @property
    def stranger(self) -> bool:
        """Whether the person belongs to another organisation."""
        return self.team != self.home

    def as_resource(self) -> Json:
        """As users.info shows a user."""
        now = datetime.now(UTC).astimezone(ZoneInfo(self.tz))
        offset = now.utcoffset()
        profile = {
            "real_name": self.real_name,
            "display_name": self.real_name.partition(" ")[0],
            "team": self.team,
        }
        if self.email:
            profile["email"] = self.email
        if self.bot:
            profile |= {"bot_id": self.bot, "api_app_id": self.app or ""}
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deleted,
            "color": self.color,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": now.tzname(),
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": profile,
            "is_admin": self.admin,
            "is_owner": self.owner,
            "is_primary_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": self.guest and self.single,
            "is_bot": self.bot is not None,
            "is_app_user": False,
            "is_stranger": self.stranger,
            "updated": 1_700_000_000,
        }


DANA = User(
    "U0DANA", "dana", "Dana Reyes", "dana@demo.example", admin=True, owner=True, color="d9480f"
)
SAM = User("U0SAM", "sam", "Sam Okafor", "sam@demo.example", color="2b8a3e")
PRIYA = User("U0PRIYA", "priya", "Priya Natarajan", "priya@demo.example", color="1864ab")
GUEST = User("U0GUEST", "gus", "Gus Guest", "gus@elsewhere.example", guest=True, color="868e96")
STRANGER = User(
    "U0STRANGER", "olga", "Olga Other", "olga@other.example", team=OTHER_TEAM, color="862e9c"
)
THREADLINE = User(BOT_USER, "threadline", "Threadline", bot=BOT, app=APP)
STANDUP = User(OTHER_BOT_USER, "standup", "Standup Bot", bot=OTHER_BOT, app=OTHER_APP)

AGENTS = (DANA, SAM, PRIYA)
PEOPLE = {user.id: user for user in (THREADLINE, *AGENTS, GUEST, STRANGER, STANDUP)}


@dataclass(frozen=True)
class Team:
    """Which workspace is played. All but the usual one have ids of their own."""

    id: str = TEAM
    name: str = TEAM_NAME

    def own(self, name: str) -> str:
        """The id that something of that usual id has here."""
        return name if self.id == TEAM else name + self.id.removeprefix("T0")

    @property
    def people(self) -> dict[str, User]:
        """Everybody by their ids: bots are called the same everywhere."""
        return {user.id: user for user in map(self._at_home, PEOPLE.values())}

    @property
    def agents(self) -> list[str]:
        """The ids of those who answer."""
        return [self.own(user.id) for user in AGENTS]

    def _at_home(self, user: User) -> User:
        name = user.id if user.bot or user.stranger else self.own(user.id)
        return replace(user, id=name, team=user.team if user.stranger else self.id, home=self.id)
