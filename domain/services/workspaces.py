"""The chat workspaces that installed us: which of them a sender's conversations live in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine import get_connection
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from domain import values
from domain.errors import FieldError, InvalidInput, NotFound, Refused
from domain.model import Author, Campaign, Message, Thread, Workspace
from domain.services.operation import audit

MOST = 1_000
CHANNEL = re.compile(r"[CG][A-Z0-9]+", re.ASCII)
NOT_INSTALLED = "Threadline is not installed in this workspace any more."
INSTALL_HELP = "Add it to Slack again."
NO_CHANNEL = "Choose the channel for conversations without one of their own."
NO_SENDERS = "Choose at least one."
UNKNOWN_SENDER = "{sender} is not set up here any more. Choose another."
TAKEN = "Another workspace has {sender} already. Choose another, or take it away there first."
TWO_WAYS = "Choose people or a group, not both."
ELSEWHERE = "There is no such conversation in this workspace."


@dataclass(frozen=True)
class Choices:
    """What the owner fills in. `agents` are people, `group` is a group's id instead."""

    inbox: str
    senders: tuple[str, ...]
    agents: tuple[str, ...] = ()
    group: str = ""
    own_channels: bool = True
    archive_closed: bool = True


def find(team_id: str) -> Workspace | None:
    """The workspace as stored; also one that removed us."""
    found: Workspace | None = Workspace.objects(team_id=team_id).first()
    return found


def listed() -> list[Workspace]:
    """All of them, those first that came first."""
    return list(Workspace.objects.order_by("installed_at", "id").limit(MOST))


def serving(team_id: str | None, sender: str | None) -> values.Workspace | None:
    """Where that sender's conversations live, else where that team's people work.

    None when there is none, it removed us, or nobody has set it up.
    """
    for match in ({"senders": sender} if sender else {}, {"teamId": team_id} if team_id else {}):
        raw = Workspace._get_collection().find_one(match) if match else None
        found: Workspace | None = Workspace._from_son(raw) if raw else None
        if found and found.is_set_up:
            return found.value
    return None


def installed(
    team_id: str, name: str, user_id: str, now: datetime, session: ClientSession | None = None
) -> None:
    """It let us in; what was chosen before counts again."""
    fresh = {"name": name, "active": True, "installedAt": now, "installedBy": user_id}
    Workspace._get_collection().update_one(
        {"teamId": team_id},
        {"$set": fresh, "$unset": {"removedAt": ""}, "$inc": {"rev": 1}},
        upsert=True,
        session=session,
    )
    by = Author(kind="agent", key=user_id)
    audit.together(session, "workspace.install", by, now, team_id)


def removed(team_id: str, at: datetime, session: ClientSession | None = None) -> bool:
    """It does not want us any more; False when it has installed us again since then.

    What is not shown yet waits for it to come back, or for another that takes its senders.
    """
    done = Workspace._get_collection().update_one(
        {"teamId": team_id, "active": True, "installedAt": {"$lte": at}},
        {"$set": {"active": False, "removedAt": at}, "$inc": {"rev": 1}},
        session=session,
    )
    if done.modified_count:
        audit.together(session, "workspace.remove", Author(), at, team_id)
    return bool(done.modified_count)


def offered(team_id: str, ours: Sequence[str]) -> list[str]:
    """Those of our senders that no other workspace has."""
    taken = _owners(ours)
    return [sender for sender in ours if taken.get(sender, team_id) == team_id]


def orphans(ours: Sequence[str]) -> list[str]:
    """Those of our senders whose texts no workspace shows."""
    raw = Workspace._get_collection().find({"senders": {"$in": list(ours)}, "active": True})
    cared = {sender for one in raw if one.get("inbox") for sender in one["senders"]}
    return [sender for sender in ours if sender not in cared]


def set_up(team_id: str, choices: Choices, ours: Sequence[str]) -> values.Workspace:
    """Keep what was chosen; InvalidInput names the field that cannot be, and nothing is kept.

    A sender of a workspace that removed us is taken over, with its conversations.
    """
    _check(choices, ours)
    with get_connection().start_session() as session:
        try:
            session.with_transaction(lambda txn: _write(txn, team_id, choices))
        except DuplicateKeyError as error:
            raise _taken(team_id, choices) from error
    found = find(team_id)
    if found is None:
        raise Refused(NOT_INSTALLED, code="FORBIDDEN", help=INSTALL_HELP)
    return found.value


def moved(thread_id: ObjectId, team_id: str) -> None:
    """The conversation lives in that workspace now: its place in another one counts no more."""
    Thread._get_collection().update_one(
        {"_id": thread_id, "channel.teamId": {"$exists": True, "$ne": team_id}},
        {"$set": {"channel": {"step": "wanted", "tries": 0}}, "$inc": {"rev": 1}},
    )


def check_own(thread: Thread, workspace: values.Workspace) -> Thread:
    """The conversation, if it lives in that workspace; NotFound when it is another's."""
    if not _owns(workspace, thread):
        raise NotFound(ELSEWHERE)
    return thread


def strange(ids: Sequence[ObjectId], workspace: values.Workspace) -> bool:
    """Whether any of them is a conversation, a text or a campaign of another workspace."""
    if not ids:
        return False
    meant = {"_id": {"$in": list(ids)}}
    senders = Campaign._get_collection().find(meant, {"sender": 1})
    if any(not _sends(workspace, one["sender"]) for one in senders):
        return True
    texts = Message._get_collection().find(meant, {"threadId": 1})
    about = [*ids, *(one["threadId"] for one in texts if one.get("threadId"))]
    return any(not _owns(workspace, one) for one in Thread.objects(id__in=about))


def _sends(workspace: values.Workspace, sender: str) -> bool:
    """Whether that sender is its own, or nobody's."""
    return workspace.team_id is None or sender in workspace.senders or not _owners([sender])


def _owns(workspace: values.Workspace, thread: Thread) -> bool:
    """A workspace that the settings name has no team and owns everything."""
    if workspace.team_id is None:
        return True
    if thread.sender in workspace.senders:
        return True
    owned = bool(_owners([thread.sender]))
    return not owned and thread.channel.team_id == workspace.team_id


def _check(choices: Choices, ours: Sequence[str]) -> None:
    strange = next((one for one in choices.senders if one not in ours), None)
    wrong = {
        "inbox": "" if CHANNEL.fullmatch(choices.inbox) else NO_CHANNEL,
        "senders": UNKNOWN_SENDER.format(sender=strange) if strange else "",
        "group": TWO_WAYS if choices.group and choices.agents else "",
    }
    if not choices.senders:
        wrong["senders"] = NO_SENDERS
    _refuse({field: sentence for field, sentence in wrong.items() if sentence})


def _refuse(wrong: Mapping[str, str]) -> None:
    if wrong:
        fields = tuple(FieldError(field, sentence) for field, sentence in wrong.items())
        raise InvalidInput(next(iter(wrong.values())), fields=fields)


def _write(session: ClientSession, team_id: str, choices: Choices) -> None:
    collection = Workspace._get_collection()
    left: dict[str, Any] = {"$setDifference": ["$senders", list(choices.senders)]}
    collection.update_many(
        {"teamId": {"$ne": team_id}, "active": False, "senders": {"$in": list(choices.senders)}},
        [
            {"$set": {"senders": left, "rev": {"$add": ["$rev", 1]}}},
            {"$set": {"senders": {"$cond": [{"$eq": ["$senders", []]}, "$$REMOVE", "$senders"]}}},
        ],
        session=session,
    )
    chosen = {
        "inbox": choices.inbox,
        "senders": list(choices.senders),
        "agents": [choices.group] if choices.group else list(choices.agents),
        "ownChannels": choices.own_channels,
        "archiveClosed": choices.archive_closed,
    }
    update = {"$set": chosen, "$inc": {"rev": 1}}
    done = collection.update_one({"teamId": team_id, "active": True}, update, session=session)
    if not done.matched_count:
        raise Refused(NOT_INSTALLED, code="FORBIDDEN", help=INSTALL_HELP)


def _taken(team_id: str, choices: Choices) -> InvalidInput:
    owners = _owners(choices.senders)
    theirs = [one for one in choices.senders if owners.get(one, team_id) != team_id]
    sentence = TAKEN.format(sender=theirs[0] if theirs else choices.senders[0])
    return InvalidInput(sentence, fields=(FieldError("senders", sentence),))


def _owners(senders: Sequence[str]) -> dict[str, str]:
    """The active workspace of each sender that has one."""
    match = {"senders": {"$in": list(senders)}, "active": True}
    found = Workspace._get_collection().find(match, {"teamId": 1, "senders": 1})
    return {sender: one["teamId"] for one in found for sender in one["senders"]}
