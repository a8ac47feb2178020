"""The whole workspace as scripts and the page see it."""

from dataclasses import asdict

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.ledger import Json
from adapters.sandbox.slack.channel import Channel
from adapters.sandbox.slack.people import BOT_USER
from adapters.sandbox.slack.workspace import Workspace


def workspace_shown(workspace: Workspace, config: SandboxConfig) -> Json:
    """Everything: people, channels with messages, views."""
    return {
        "team": {**asdict(workspace.team), "bot": BOT_USER},
        "users": [
            {**asdict(user), "stranger": user.stranger} for user in workspace.people.values()
        ],
        "channels": [channel_shown(workspace, channel) for channel in workspace.channels()],
        "views": [view for view in workspace.ledger.all("view").values() if view["open"]],
        "groups": [asdict(group) for group in workspace.roster.groups()],
        "homes": workspace.ledger.all("home"),
        "home": config.home,
        "commands": [asdict(command) for command in config.commands],
        "shortcuts": [asdict(shortcut) for shortcut in config.shortcuts],
    }


def channel_shown(workspace: Workspace, channel: Channel) -> Json:
    """A channel: its messages oldest first, each with its `replies`, and its ephemerals."""
    messages = workspace.messages(channel.id)
    threads: dict[str, list[Json]] = {}
    for message in messages:
        if (thread := message.get("thread_ts")) and thread != message["ts"]:
            threads.setdefault(thread, []).append(message)
    replies = {reply["ts"] for thread in threads.values() for reply in thread}
    return {
        **asdict(channel),
        "messages": [
            {**message, "replies": threads.get(message["ts"], [])}
            for message in messages
            if message["ts"] not in replies
        ],
        "ephemerals": [
            message
            for message in workspace.ledger.all("ephemeral").values()
            if message["channel"] == channel.id and not message.get("deleted")
        ],
    }
