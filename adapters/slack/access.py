"""What our tokens are good for, as Slack last told any of our processes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from pymongo.collection import Collection
from pymongo.database import Database
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from domain.ports import Clock

COLLECTION = "slackaccess"
BY_SETTINGS = "settings"
SCOPES = "x-oauth-scopes"
VOID = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
)
# The SDK takes for granted that Slack answers with a JSON object; a proxy's answer breaks it.
UNHEARD = (aiohttp.ClientError, TimeoutError, OSError, AttributeError, ValueError, LookupError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Standing:
    """One workspace's token: why it is void, if it is, and what it may not do though it should."""

    key: str
    trouble: str | None
    lacking: tuple[str, ...]


class Access:
    """Kept by workspace, or as `settings` for the one whose token the settings have."""

    def __init__(self, database: Database[dict[str, Any]], clock: Clock) -> None:
        self._told: Collection[dict[str, Any]] = database[COLLECTION]
        self._clock = clock

    def heard(self, key: str, code: str | None) -> None:
        """A call was refused for the token's sake with that code, or none was."""
        if code:
            log.error("slack.refused_us", workspace=key, code=code)
        told: dict[str, Any] = {"at": self._clock.now()} | ({"trouble": code} if code else {})
        gone = {} if code else {"$unset": {"trouble": ""}}
        self._told.update_one({"_id": key}, {"$set": told} | gone, upsert=True)

    def granted(self, key: str, scopes: Sequence[str]) -> None:
        """The token is good, for so much."""
        told = {"scopes": list(scopes), "at": self._clock.now()}
        self._told.update_one({"_id": key}, {"$set": told, "$unset": {"trouble": ""}}, upsert=True)

    def standings(self, keys: Iterable[str], wanted: Sequence[str]) -> list[Standing]:
        """Those of these workspaces that something is wrong with."""
        raw = self._told.find({"_id": {"$in": list(keys)}}).sort("_id")
        found = [Standing(one["_id"], one.get("trouble"), _lacking(one, wanted)) for one in raw]
        return [one for one in found if one.trouble or one.lacking]


def _lacking(told: dict[str, Any], wanted: Sequence[str]) -> tuple[str, ...]:
    granted = told.get("scopes")
    return () if granted is None else tuple(one for one in wanted if one not in granted)


def void(error: SlackApiError) -> str | None:
    """The code by which Slack refuses the token itself; None when it refuses something else."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if code in VOID else None


async def scopes_of(client: AsyncWebClient) -> tuple[str, ...] | None:
    """What its token may do; None when Slack does not say. The client tells a void token itself."""
    try:
        answer = await client.auth_test()
        return tuple(one.strip() for one in str(answer.headers.get(SCOPES, "")).split(",") if one)
    except (SlackApiError, *UNHEARD) as error:
        log.warning("slack.unasked", reason=type(error).__name__)
        return None
