"""Who let us in: an installation for each workspace, its tokens encrypted."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging import Logger
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from adapters.slack.sealing import Seal
from domain.ports import Clock
from domain.services import workspaces

COLLECTION = "slackinstallations"
MOST = 1_000
SEALED = ("botToken", "botRefreshToken")

Stored = Mapping[str, Any]


class DatabaseInstallations(AsyncInstallationStore):
    """Slack's SDK saves and finds here; also implements domain.ports.Installations.

    A workspace has one installation, the latest; that of an enterprise has no team.
    """

    def __init__(self, database: Database[dict[str, Any]], seal: Seal, clock: Clock) -> None:
        self._kept: Collection[dict[str, Any]] = database[COLLECTION]
        self._seal = seal
        self._clock = clock

    @property
    def logger(self) -> Logger:
        """The SDK asks for one."""
        return logging.getLogger(__name__)

    # domain.ports.Installations

    def token(self, team_id: str | None, enterprise_id: str | None = None) -> str | None:
        """The bot's token in that workspace, or in the whole enterprise that it is part of."""
        for key in filter(None, (team_id, enterprise_id)):
            if found := self._kept.find_one(_match(enterprise_id, key)):
                return self._seal.open(found["botToken"])
        return None

    def remove(self, team_id: str | None, at: datetime, enterprise_id: str | None = None) -> bool:
        """The workspace has removed us; False when it installed us again after that moment."""

        def both(session: ClientSession) -> bool:
            key = team_id or enterprise_id or ""
            match = _match(enterprise_id, key) | {"installedAt": {"$lte": at}}
            gone = self._kept.delete_one(match, session=session).deleted_count
            return workspaces.removed(key, at, session) or bool(gone)

        return bool(self._together(both))

    def unreadable(self) -> list[str]:
        """The workspaces whose token another key closed, by their names."""
        found = self._kept.find({}, {"teamName": 1, "botToken": 1}).limit(MOST)
        lost = [one for one in found if self._seal.open(one["botToken"]) is None]
        return [str(one.get("teamName") or one["_id"]) for one in lost]

    def reseal(self) -> int:
        """Close with the key of now what a former one closed; how many tokens. Safe to repeat.

        A token that Slack renews meanwhile is left as it is: it was closed with the key of now.
        """
        done = 0
        for one in self._kept.find({}, dict.fromkeys(SEALED, 1)):
            stale = {name: one[name] for name in SEALED if name in one}
            stale = {name: it for name, it in stale.items() if not self._seal.is_current(it)}
            plain = {name: self._seal.open(it) for name, it in stale.items()}
            fresh = {name: self._seal.close(it) for name, it in plain.items() if it is not None}
            before = {name: stale[name] for name in fresh}
            if fresh:
                match = {"_id": one["_id"]} | before
                written = self._kept.update_one(match, {"$set": fresh})
                done += len(fresh) * written.modified_count
        return done

    def teams(self) -> list[str]:
        """The ids of all workspaces that are in."""
        return [str(one["_id"]) for one in self._kept.find({}, {"_id": 1}).limit(MOST)]

    # the SDK's side

    async def async_save(self, installation: Installation) -> None:
        """Keep it in place of an earlier one; the workspace is there from now on."""
        await asyncio.to_thread(self._save, installation)

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep the next token of an installation that there is."""
        match = _match(bot.enterprise_id, bot.team_id or bot.enterprise_id or "")
        fresh = self._tokens(bot.bot_token, bot.bot_refresh_token, bot.bot_token_expires_at)
        await asyncio.to_thread(self._kept.update_one, match, {"$set": fresh})

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The bot of that workspace, or of the enterprise."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The latest one there, or that of `user_id` if it is theirs."""
        key = (None if is_enterprise_install else team_id) or enterprise_id or ""
        stored = await asyncio.to_thread(self._kept.find_one, _match(enterprise_id, key))
        found = self._installation(stored) if stored else None
        return found if found and user_id in (None, found.user_id) else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget it, as when the workspace removes us."""
        now = self._clock.now()
        await asyncio.to_thread(self.remove, team_id, now, enterprise_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """There is one for the workspace: it goes with the bot, or when it is that person's."""
        mine = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id
        )
        if mine:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    def _save(self, made: Installation) -> None:
        """Both or neither: the installation, and the workspace that people set up."""
        now = self._clock.now()
        said = {
            "appId": made.app_id,
            "enterpriseId": made.enterprise_id,
            "enterpriseName": made.enterprise_name,
            "teamId": made.team_id,
            "teamName": made.team_name,
            "botId": made.bot_id,
            "botUserId": made.bot_user_id,
            "userId": made.user_id,
            "scopes": list(made.bot_scopes or ()),
            "isEnterpriseInstall": made.is_enterprise_install,
            "installedAt": now,
        }
        said |= self._tokens(made.bot_token, made.bot_refresh_token, made.bot_token_expires_at)
        fresh = {name: value for name, value in said.items() if value is not None}
        key = made.team_id or made.enterprise_id or ""
        name = made.team_name or made.enterprise_name or ""

        def both(session: ClientSession) -> None:
            self._kept.replace_one({"_id": key}, fresh, upsert=True, session=session)
            workspaces.installed(key, name, made.user_id, now, session)

        self._together(both)

    def _tokens(
        self, token: str | None, refresh: str | None, expires_at: int | None
    ) -> dict[str, Any]:
        """Closed for storing; absent rather than null."""
        told: dict[str, Any] = {"botToken": self._seal.close(token or "")}
        told |= {"botRefreshToken": self._seal.close(refresh)} if refresh else {}
        expires = datetime.fromtimestamp(expires_at, UTC) if expires_at else None
        return told | ({"botTokenExpiresAt": expires} if expires else {})

    def _installation(self, stored: Stored) -> Installation | None:
        """As the SDK knows it; None when its token cannot be read any more."""
        token = self._seal.open(stored["botToken"])
        if token is None:
            return None
        refresh, expires = stored.get("botRefreshToken"), stored.get("botTokenExpiresAt")
        return Installation(
            app_id=stored.get("appId"),
            enterprise_id=stored.get("enterpriseId"),
            enterprise_name=stored.get("enterpriseName"),
            team_id=stored.get("teamId"),
            team_name=stored.get("teamName"),
            bot_token=token,
            bot_id=stored.get("botId"),
            bot_user_id=stored.get("botUserId"),
            bot_scopes=stored["scopes"],
            bot_refresh_token=self._seal.open(refresh) if refresh else None,
            bot_token_expires_at=int(expires.timestamp()) if expires else None,
            user_id=stored["userId"],
            is_enterprise_install=stored["isEnterpriseInstall"],
            installed_at=stored["installedAt"].timestamp(),
        )

    def _together(self, work: Callable[[ClientSession], Any]) -> Any:
        with self._kept.database.client.start_session() as session:
            return session.with_transaction(work)


def _match(enterprise_id: str | None, key: str) -> dict[str, Any]:
    """The installation of a team, or of an enterprise as a whole: their ids are never equal.

    A team may have come to its enterprise after it installed us.
    """
    if not enterprise_id:
        return {"_id": key}
    return {"_id": key, "enterpriseId": {"$in": [enterprise_id, None]}}
