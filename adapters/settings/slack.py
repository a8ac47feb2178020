"""The settings of the agents' chat."""

from typing import Annotated, Literal

from pydantic_settings import BaseSettings

from adapters.formats import Address, Agents, Routes, Secret
from adapters.settings.words import described
from domain.values import Route, Workspace


class SlackSettings(BaseSettings):
    """Our access to the workspace, and how conversations live in it."""

    slack_bot_token: Annotated[Secret | None, described("a token that begins with xoxb-")] = None
    slack_signing_secret: Annotated[
        Secret | None, described("the secret alone, without spaces")
    ] = None
    slack_app_token: Annotated[Secret | None, described("a token that begins with xapp-")] = None
    slack_api_url: Annotated[Address | None, described("an http or https address")] = None
    slack_inbox_channel: Annotated[
        str | None,
        described("a channel ID such as C0123456789, not its name", pattern=r"^[CG][A-Z0-9]+$"),
    ] = None
    slack_agents: Annotated[
        Agents, described("user IDs such as U0123,U0456, or one user group ID such as S0123")
    ] = ()
    slack_admins: Annotated[
        Agents, described("user IDs such as U0123,U0456, or one user group ID such as S0123")
    ] = ()
    slack_mode: Annotated[Literal["channels", "inbox"], described("`channels` or `inbox`")] = (
        "channels"
    )
    slack_routes: Annotated[
        Routes,
        described(
            "such as tag:vip=C0123456789/S0123,+17605551234=C0987654321: a tag or a sender, a "
            "channel ID, then who is invited, separated by slashes"
        ),
    ] = ()
    slack_archive_closed: Annotated[bool, described("0 or 1")] = True
    slack_pace: Annotated[
        float, described("a number from 0.1 to 1000", ge=0.1, le=1000, allow_inf_nan=False)
    ] = 1
    slack_look_back_days: Annotated[
        float, described("days from 0.1 to 7, or 0 for never", ge=0, le=7, allow_inf_nan=False)
    ] = 3
    slack_client_id: Annotated[
        str | None, described("the client ID, digits with a dot between", pattern=r"^[0-9.]+$")
    ] = None
    slack_client_secret: Annotated[Secret | None, described("the secret alone, without spaces")] = (
        None
    )

    @property
    def slack_missing(self) -> tuple[str, ...]:
        """The variables without which no agent can be reached; an app token needs no secret."""
        by_token = {
            "SLACK_BOT_TOKEN": self.slack_bot_token,
            "SLACK_SIGNING_SECRET": self.slack_signing_secret or self.slack_app_token,
            "SLACK_INBOX_CHANNEL": self.slack_inbox_channel,
        }
        by_consent = {
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret,
            "SLACK_SIGNING_SECRET": self.slack_signing_secret or self.slack_app_token,
        }
        present = by_consent if self.slack_by_consent else by_token
        return tuple(name for name, value in present.items() if not value)

    @property
    def slack_by_consent(self) -> bool:
        """Whether workspaces install us themselves, instead of one whose token we are given."""
        return not self.slack_bot_token and bool(self.slack_client_id or self.slack_client_secret)

    @property
    def slack_configured(self) -> bool:
        """Whether agents can be reached."""
        return not self.slack_missing

    @property
    def slack_workspace(self) -> Workspace:
        """How conversations live in the one workspace whose token we are given."""
        return Workspace(
            inbox=self.slack_inbox_channel or "",
            agents=self.slack_agents,
            admins=self.slack_admins,
            routes=tuple(Route(*one) for one in self.slack_routes),
            own_channels=self.slack_mode == "channels",
            archive_closed=self.slack_archive_closed,
        )
