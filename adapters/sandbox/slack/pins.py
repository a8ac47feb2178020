"""Pins: the messages that a channel keeps at hand."""

from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.messages import shown
from adapters.sandbox.slack.people import BOT_USER
from adapters.sandbox.slack.reactions import target
from adapters.sandbox.slack.workspace import Workspace, without_inner

MOST = 100


def add(call: Call) -> Json:
    """pins.add."""
    pin(call.workspace, *target(call), BOT_USER)
    return {"ok": True}


def remove(call: Call) -> Json:
    """pins.remove."""
    unpin(call.workspace, *target(call), BOT_USER)
    return {"ok": True}


def list_(call: Call) -> Json:
    """pins.list, the latest pin first."""
    channel = call.joined()
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": message["pinned_info"]["pinned_ts"],
            "created_by": message["pinned_info"]["pinned_by"],
            "message": shown(message, metadata=False),
        }
        for message in reversed(pinned(call.workspace, channel))
    ]
    return {"ok": True, "items": items}


def pinned(workspace: Workspace, channel: Channel) -> list[Json]:
    """The pinned messages, the first pinned first."""
    found = [one for one in workspace.messages(channel.id) if one.get("pinned_to")]
    return sorted(found, key=lambda one: one["pinned_info"]["pinned_ts"])


def pin(workspace: Workspace, channel: Channel, message: Json, user: str) -> None:
    """Pin a message and say so in the channel; SlackError when it is pinned."""
    if message.get("pinned_to"):
        raise SlackError("already_pinned")
    if len(pinned(workspace, channel)) >= MOST:
        raise SlackError("too_many_pins")
    moment = int(float(workspace.stamp(channel.id)))
    about = {"channel": channel.id, "pinned_by": user, "pinned_ts": moment}
    after = workspace.save({**message, "pinned_to": [channel.id], "pinned_info": about})
    item: Json = {"type": "message", "channel": channel.id, "message": without_inner(after)}
    _tell(workspace, "pin_added", channel, {**item, "created": moment, "created_by": user}, user)
    text = f"<@{user}> pinned a message to this channel."
    workspace.note(channel, user, "pinned_item", text, item_type="C", item=item)


def unpin(workspace: Workspace, channel: Channel, message: Json, user: str) -> None:
    """Take the pin off; SlackError when there is none."""
    if not message.get("pinned_to"):
        raise SlackError("no_pin")
    hidden = ("pinned_to", "pinned_info")
    after = workspace.save({key: value for key, value in message.items() if key not in hidden})
    item = {"type": "message", "channel": channel.id, "message": without_inner(after)}
    _tell(workspace, "pin_removed", channel, item, user)


def _tell(workspace: Workspace, kind: str, channel: Channel, item: Json, user: str) -> None:
    event = {"type": kind, "user": user, "channel_id": channel.id, "item": item}
    workspace.tell({**event, "pin_count": len(pinned(workspace, channel))})


METHODS: dict[str, Method] = {"pins.add": add, "pins.remove": remove, "pins.list": list_}
