"""What a message event means: an answer, a change of one, or nothing. Pure.

Only what a person typed at the top of a channel can be an answer. A reply in a Slack thread is a
note, broadcast or not; but once it was sent by a click, its edits and deletion count as well.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from domain.rules.words.mrkdwn import plain
from domain.services.outbound import Answer
from domain.services.threads import EPOCH
from domain.values import FileRef

Json: TypeAlias = Mapping[str, Any]

TYPED = frozenset({"", "file_share", "thread_broadcast"})
SYSTEM = frozenset({"USLACKBOT"})
REMOVED = frozenset({"tombstone", "hidden_by_limit"})
MOST_MENTIONS = 50
_TS = re.compile(r"([0-9]{1,11})\.([0-9]{6})", re.ASCII)
_MENTION = re.compile(r"<@([A-Z0-9]+)")


@dataclass(frozen=True)
class Written:
    """An agent wrote this to the customer."""

    said: Answer


@dataclass(frozen=True)
class Edited:
    """This is the new wording; of a `note` only if it was sent by a click."""

    said: Answer
    note: bool


@dataclass(frozen=True)
class Retracted:
    """It was deleted; of a `note` only if it was sent by a click."""

    said: Answer
    note: bool


Reading = Written | Edited | Retracted


def read(body: Json, names: Mapping[str, str], home: str | None = None) -> Reading | None:
    """The meaning of an event's envelope; `names` has people by id. None: nothing to do.

    `home` is the workspace whose installation made the channel; without it, the envelope's word
    counts. A channel that is shared is told of in the name of any workspace that is in it.
    """
    event = part(body, "event")
    if event.get("type") != "message":
        return None
    match word(event, "subtype"):
        case "" | "file_share":
            return _written(body, event, names, home)
        case "message_changed":
            return _changed(body, event, names, home)
        case "message_deleted":
            return _deleted(body, event, names, home)
        case _:
            return None


def recorded(
    about: Json, channel_id: str, message: Json, names: Mapping[str, str], home: str
) -> Answer | None:
    """The same of a message in the workspace's records: what a person typed, as it stands now.

    `about` is what an envelope would say of the workspace.
    """
    if word(message, "subtype") not in TYPED or not by_person(message):
        return None
    return answer(about, channel_id, message, names, home)


def is_stone(message: Json) -> bool:
    """Whether it stands where a message with replies was deleted."""
    return word(message, "subtype") == "tombstone"


def mentioned(body: Json) -> frozenset[str]:
    """The people whose names are needed to read an event."""
    event = part(body, "event")
    text = word(event, "text") + word(part(event, "message"), "text")
    return frozenset(_MENTION.findall(text)[:MOST_MENTIONS])


def origin(team_id: str, channel_id: str, ts: str) -> str:
    """The one name of what a chat message causes."""
    return f"slack:{team_id}/{channel_id}/{ts}"


def channel_of(body: Json) -> str:
    """The channel that a message's event or shortcut is about."""
    return word(part(body, "event"), "channel") or word(part(body, "channel"), "id")


def team_of(body: Json) -> str:
    """The workspace in whose name this is told: ours, unless a channel is shared with others."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    own = word(first, "team_id") if isinstance(first, dict) else ""
    return own or word(body, "team_id") or word(part(body, "team"), "id")


def by_person(message: Json) -> bool:
    """Whether somebody typed it: no bot, no app (so not we either), no notice of Slack's own."""
    made = any(message.get(mark) for mark in ("bot_id", "app_id", "bot_profile"))
    user = word(message, "user")
    return bool(user) and user not in SYSTEM and not made


def is_note(message: Json) -> bool:
    """Whether it stands in a Slack thread."""
    thread = word(message, "thread_ts")
    return bool(thread) and thread != word(message, "ts")


def moment(ts: str) -> datetime | None:
    """A Slack timestamp as a moment, exact to the microsecond; None when it is none."""
    match = _TS.fullmatch(ts)
    if match is None:
        return None
    return EPOCH + timedelta(seconds=int(match[1]), microseconds=int(match[2]))


def word(holder: Json, name: str) -> str:
    """A string, empty when it is absent or something else; half a character becomes `?`."""
    value = holder.get(name)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def part(holder: Json, name: str) -> Json:
    """An object, empty when it is absent or something else."""
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def files_of(message: Json) -> tuple[FileRef, ...]:
    """What is attached, without what was removed since."""
    value = message.get("files")
    found = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return tuple(
        FileRef(word(one, "id"), word(one, "name"), word(one, "mimetype"))
        for one in found
        if word(one, "id") and word(one, "mode") not in REMOVED
    )


def answer(
    body: Json,
    channel_id: str,
    message: Json,
    names: Mapping[str, str],
    home: str | None = None,
) -> Answer | None:
    """A typed message as an answer; None when it lacks what makes it one. `home` as in `read`."""
    ts, team_id = word(message, "ts"), home or team_of(body)
    said_at = moment(ts)
    if said_at is None or not channel_id or not team_id:
        return None
    own = _teams_of(message)
    return Answer(
        origin=origin(team_id, channel_id, ts),
        channel_id=channel_id,
        thread_ts=word(message, "thread_ts") if is_note(message) else None,
        ts=ts,
        user_id=word(message, "user"),
        team_id=own[0] if own else team_id,
        foreign=_foreign(body, own, team_id),
        text=plain(word(message, "text"), names),
        said_at=said_at,
        edited_ts=word(part(message, "edited"), "ts") or None,
        files=files_of(message),
    )


def _written(body: Json, event: Json, names: Mapping[str, str], home: str | None) -> Written | None:
    if not by_person(event) or is_note(event):
        return None
    said = answer(body, word(event, "channel"), event, names, home)
    return Written(said) if said else None


def _changed(
    body: Json, event: Json, names: Mapping[str, str], home: str | None
) -> Edited | Retracted | None:
    after, before = part(event, "message"), part(event, "previous_message")
    if is_stone(after):
        return _deleted(body, event, names, home)
    if word(after, "subtype") not in TYPED:
        return None
    if not by_person(after) or _unchanged(before, after):
        return None
    stamp = word(part(after, "edited"), "ts") or word(event, "event_ts") or word(event, "ts")
    edited = {**after, "edited": {"ts": stamp}}
    said = answer(body, word(event, "channel"), edited, names, home)
    return Edited(said, is_note(after)) if said else None


def _deleted(
    body: Json, event: Json, names: Mapping[str, str], home: str | None
) -> Retracted | None:
    """A message with replies is not deleted but becomes a tombstone; both end here."""
    before = part(event, "previous_message")
    ts = word(event, "deleted_ts") or word(part(event, "message"), "ts")
    if word(before, "subtype") not in TYPED:
        return None
    known = by_person(before)
    if before and not known:
        return None
    said = answer(body, word(event, "channel"), {**before, "ts": ts}, names, home)
    return Retracted(said, is_note(before) or not known) if said else None


def _unchanged(before: Json, after: Json) -> bool:
    """An unfolded link or a counted reply changes neither words nor files.

    Where Slack does not say what it was before, only what somebody edited has changed.
    """
    if not before:
        return not part(after, "edited")
    return _content(before) == _content(after)


def _content(message: Json) -> tuple[str, list[str]]:
    return word(message, "text"), [one.id for one in files_of(message)]


def _teams_of(message: Json) -> list[str]:
    names = ("user_team", "source_team", "team")
    return [team for team in (word(message, name) for name in names) if team]


def _foreign(body: Json, teams: list[str], own: str) -> bool:
    """Of another organisation; the workspaces of one enterprise are told apart by looking up."""
    if body.get("enterprise_id") or part(body, "enterprise"):
        return False
    return any(team != own for team in teams)
