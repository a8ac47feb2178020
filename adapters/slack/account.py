"""Our side of Slack, put together as the settings say: its clients, stores and standing."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import SecretStr
from pymongo.database import Database

from adapters.settings import Settings
from adapters.settings.choices import keyring
from adapters.slack import states
from adapters.slack.access import BY_SETTINGS, Access, Standing, scopes_of
from adapters.slack.client import Client, authorize_url, web_client
from adapters.slack.installations import DatabaseInstallations
from adapters.slack.sealing import Seal
from adapters.slack.states import DatabaseStates
from domain.ports import Clock
from domain.values import Workspace

MOST_SECONDS = 60.0

log = structlog.get_logger(__name__)


def ensure_indexes(database: Database[dict[str, Any]]) -> list[str]:
    """Make the stores' indexes; safe to repeat. Returns `collection.index` names."""
    made = database[states.COLLECTION].create_indexes(states.INDEXES)
    return [f"{states.COLLECTION}.{name}" for name in made]


@dataclass(frozen=True)
class Account:
    """For one workspace by its token, or for all that install us."""

    settings: Settings
    database: Database[dict[str, Any]]
    clock: Clock

    @property
    def installations(self) -> DatabaseInstallations | None:
        """Who let us in; None where the one workspace's token is in the settings."""
        if not self.settings.slack_by_consent or self.settings.secret_key is None:
            return None
        return DatabaseInstallations(self.database, Seal(keyring(self.settings)), self.clock)

    @property
    def workspace(self) -> Workspace:
        """How conversations live in the one workspace whose token the settings have."""
        return self.settings.slack_workspace

    @property
    def states(self) -> DatabaseStates:
        """Installations that have begun."""
        return DatabaseStates(self.database, self.clock)

    @property
    def access(self) -> Access:
        """What our tokens are good for."""
        return Access(self.database, self.clock)

    @property
    def authorize_url(self) -> str:
        """Where people allow the installation."""
        return authorize_url(self.settings.slack_api_url)

    def client(self, token: str | None = None, team_id: str = BY_SETTINGS) -> Client:
        """The real SDK with that token, or with the settings' own."""
        settings, access = self.settings, self.access
        plain = _plain(settings.slack_bot_token) if token is None else token
        return web_client(
            plain,
            settings.slack_api_url,
            settings.http_timeout_seconds,
            (lambda code: access.heard(team_id, code)) if plain else None,
        )

    def standings(self, wanted: Sequence[str]) -> list[Standing]:
        """The workspaces that something is wrong with, as far as they are in at present."""
        kept = self.installations
        return self.access.standings(kept.teams() if kept else [BY_SETTINGS], wanted)

    async def look(self, wanted: Sequence[str]) -> None:
        """Ask Slack, for each workspace, what our token may do; the log has what is missing."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await self._ask_all()
        except TimeoutError:
            log.warning("slack.unasked", reason="there are many workspaces")
        for one in await asyncio.to_thread(self.standings, wanted):
            if one.lacking:
                missing = ", ".join(one.lacking)
                log.warning("slack.scopes_missing", workspace=one.key, missing=missing)

    async def _ask_all(self) -> None:
        access = self.access
        for key, token in await asyncio.to_thread(lambda: list(self._tokens())):
            granted = await scopes_of(self.client(token, key))
            if granted is not None:
                await asyncio.to_thread(access.granted, key, granted)

    def _tokens(self) -> Iterator[tuple[str, str]]:
        kept = self.installations
        if kept is None:
            yield BY_SETTINGS, _plain(self.settings.slack_bot_token)
            return
        for team_id in kept.teams():
            if token := kept.token(team_id):
                yield team_id, token


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
