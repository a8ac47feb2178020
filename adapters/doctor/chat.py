"""Slack: whether it lets us in, has our inbox channel, and tells us what happens there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.doctor.saying import failed, fine, warned
from adapters.slack.access import UNHEARD, void
from domain.ports import Finding

TOKEN, INBOX, SOCKET, EVENTS = "slack_token", "slack_inbox", "slack_socket", "slack_events"
BUSY = "ratelimited"
DEAF = timedelta(minutes=10)
"""So long after a post of ours Slack should have told us of it."""
FIT = timedelta(days=1)
TOKEN_FIX = "Install the app again and put the new Bot User OAuth Token into SLACK_BOT_TOKEN."  # noqa: S105
AWAY_FIX = "Look at Slack's status page, and whether this machine may reach the internet."
WAIT_FIX = "Wait a minute and look again."
JOIN_FIX = "Write /invite @Threadline in that channel."
CHANNEL_FIX = "Set SLACK_INBOX_CHANNEL to the ID of a channel, and write /invite @Threadline there."
SET_UP_FIX = "Press Set up in Threadline's Home there and choose another channel."
ARCHIVED_FIX = "Open the channel again, or choose another one as the inbox channel."
SOCKET_FIX = "Make an app-level token with connections:write and put it into SLACK_APP_TOKEN."
EVENTS_FIX = (
    "In the app's settings at Slack, open Event Subscriptions, see that the Request URL is "
    "{url} and verified, and that all events of the manifest are there."
)
SIGNING_FIX = "Copy the Signing Secret from the app's Basic Information into SLACK_SIGNING_SECRET."
QUIET_FIX = "Write something in the inbox channel and look again."


@dataclass(frozen=True)
class Asked:
    """One workspace that is asked: its name for people, a client with its token, its inbox."""

    name: str
    client: AsyncWebClient
    inbox: str | None
    by_settings: bool


@dataclass(frozen=True)
class Heard:
    """When Slack last told us anything; when a request's signature last did not fit; when it was
    last shown a post of ours, of which it should tell us.
    """

    heard_at: datetime | None = None
    refused_at: datetime | None = None
    posted_at: datetime | None = None


async def look(asked: Sequence[Asked]) -> list[Finding]:
    """Token and inbox of each workspace, one finding for each part."""
    tokens = [(one, await _token(one)) for one in asked]
    let_in = [one for one, told in tokens if told.status == "ok"]
    inboxes = [await _inbox(one) for one in let_in if one.inbox]
    return [
        _together(TOKEN, [told for _, told in tokens], "Slack takes our token."),
        *([_together(INBOX, inboxes, "The app is in its inbox channel.")] if inboxes else []),
    ]


async def socket(client: AsyncWebClient, app_token: str) -> Finding:
    """Whether Slack lets us listen by Socket Mode."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        code = _code(error)
        if code == BUSY:
            return warned(SOCKET, "Slack asks to slow down.", WAIT_FIX)
        return failed(SOCKET, f"Slack does not take SLACK_APP_TOKEN ({code}).", SOCKET_FIX)
    except UNHEARD:
        return failed(SOCKET, "Slack cannot be reached.", AWAY_FIX)
    return fine(SOCKET, "Slack takes our app-level token.")


def events(heard: Heard, url: str, now: datetime) -> Finding:
    """Whether what happens in Slack reaches us. `url` is where it should be told to."""
    at, refused = heard.heard_at, heard.refused_at
    if refused and (at is None or refused > at) and now - refused < FIT:
        told = f"Requests like Slack's came with a wrong signature, last at {_time(refused)}."
        return failed(EVENTS, told, SIGNING_FIX)
    posted = heard.posted_at
    if posted and posted + DEAF < now and (at is None or at + DEAF < posted):
        told = "Slack shows what we post, but tells us nothing of what happens there."
        return failed(EVENTS, told, EVENTS_FIX.format(url=url))
    if at is None:
        return warned(EVENTS, "Slack has not told us of anything yet.", QUIET_FIX)
    return fine(EVENTS, f"Slack tells us what happens there, last at {_time(at)}.")


async def _token(asked: Asked) -> Finding:
    try:
        await asked.client.auth_test()
    except SlackApiError as error:
        code = _code(error)
        if void(error):
            told = f"{asked.name}: Slack does not take our token ({code})."
            return failed(TOKEN, told, TOKEN_FIX)
        return _unanswered(TOKEN, f"{asked.name}: Slack does not answer", code)
    except UNHEARD:
        return failed(TOKEN, f"{asked.name}: Slack cannot be reached.", AWAY_FIX)
    return fine(TOKEN, f"{asked.name}: Slack takes our token.")


async def _inbox(asked: Asked) -> Finding:
    fix = CHANNEL_FIX if asked.by_settings else SET_UP_FIX
    try:
        answer = await asked.client.conversations_info(channel=asked.inbox or "")
        channel = answer.get("channel")
    except SlackApiError as error:
        code = _code(error)
        if code in ("channel_not_found", "invalid_channel", "not_in_channel"):
            told = f"{asked.name}: there is no inbox channel {asked.inbox} that the app can see."
            return failed(INBOX, told, fix)
        told = f"{asked.name}: the inbox channel could not be looked at"
        return _unanswered(INBOX, told, code)
    except UNHEARD:
        return failed(INBOX, f"{asked.name}: Slack cannot be reached.", AWAY_FIX)
    if not isinstance(channel, dict):
        return failed(INBOX, f"{asked.name}: Slack's answer could not be read.", AWAY_FIX)
    if channel.get("is_archived"):
        return failed(INBOX, f"{asked.name}: the inbox channel is archived.", ARCHIVED_FIX)
    if not channel.get("is_member"):
        return failed(INBOX, f"{asked.name}: the app is not in its inbox channel.", JOIN_FIX)
    return fine(INBOX, f"{asked.name}: the app is in its inbox channel.")


def _unanswered(name: str, told: str, code: str) -> Finding:
    """A wait that Slack asks for is no failure."""
    if code == BUSY:
        return warned(name, f"{told}: it asks to slow down.", WAIT_FIX)
    return failed(name, f"{told} ({code}).", AWAY_FIX)


def _together(name: str, findings: Sequence[Finding], well: str) -> Finding:
    """One line for all workspaces: the worst of them speaks first."""
    for status in ("failed", "warning"):
        if found := [one for one in findings if one.status == status]:
            words = " ".join(one.message for one in found)
            worst = next(one for one in found)
            return Finding(name, status, words, worst.fix)
    return fine(name, well)


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return str(code or getattr(error.response, "status_code", "") or "no reason")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
