"""The manifest grants what the code uses, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sandbox.slack.directory import SCOPES as SANDBOX_SCOPES
from bot.asgi import PATH
from bot.commands import NAME
from bot.forms import SEND
from bot.listeners.texts import NEW_TEXT, SEND_LATER

BOT = Path(__file__).parents[2] / "bot"
MANIFEST = (BOT / "manifest.yaml").read_text(encoding="utf-8")
FAMILIES = "apps|auth|bots|chat|conversations|files|pins|reactions|team|usergroups|users|views"
METHOD = re.compile(rf"(?:{FAMILIES})(?:\.[a-zA-Z]+)+", re.ASCII)

NEEDED = {
    "auth.test": set[str](),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.customize"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"groups:write"},
    "conversations.create": {"groups:write"},
    "conversations.history": {"channels:history", "groups:history", "metadata.message:read"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.invite": {"groups:write"},
    "conversations.list": {"groups:read"},
    "conversations.replies": {"channels:history", "groups:history", "metadata.message:read"},
    "conversations.setPurpose": {"groups:write"},
    "conversations.setTopic": {"groups:write"},
    "conversations.unarchive": {"groups:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "pins.add": {"pins:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read", "users:read.email"},
    "views.open": {"commands"},
    "views.publish": set(),
    "views.push": {"commands"},
    "views.update": {"commands"},
}
"""Scopes by method, as Slack's reference has them."""

EVENTS = {
    "app_home_opened": {"app_home_opened": ""},
    "channel_archive": {"channel_archive": "channels:read"},
    "channel_deleted": {"channel_deleted": "channels:read"},
    "channel_id_changed": {"channel_id_changed": "channels:read"},
    "channel_left": {"channel_left": "channels:read"},
    "channel_rename": {"channel_rename": "channels:read"},
    "channel_unarchive": {"channel_unarchive": "channels:read"},
    "group_archive": {"group_archive": "groups:read"},
    "group_deleted": {"group_deleted": "groups:read"},
    "group_left": {"group_left": "groups:read"},
    "group_rename": {"group_rename": "groups:read"},
    "group_unarchive": {"group_unarchive": "groups:read"},
    "member_left_channel": {"member_left_channel": "channels:read"},
    "message": {"message.channels": "channels:history", "message.groups": "groups:history"},
    "subteam_members_changed": {"subteam_members_changed": "usergroups:read"},
    "subteam_updated": {"subteam_updated": "usergroups:read"},
    "team_join": {"team_join": "users:read"},
    "user_change": {"user_change": "users:read"},
}
"""The subscriptions behind each event that a listener takes, and the scope of each."""


def trees() -> Iterator[ast.AST]:
    for file in sorted(BOT.rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def methods() -> set[str]:
    """Web API methods that the code names, as strings or as the SDK's own methods."""
    found = set()
    for node in trees():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} if METHOD.fullmatch(node.value) else set()
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "client":
            found |= {node.attr.replace("_", ".")} - {"api.call", "token"}
    return found


def heard() -> set[str]:
    """The events that listeners name."""
    return {
        node.args[0].value
        for node in trees()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "event"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def listed(name: str) -> list[str]:
    """The scalars of one list of the manifest."""
    match = re.search(rf"^( *){name}:\n((?:\1  - .+\n)+)", MANIFEST, re.MULTILINE)
    assert match, name
    return [line.strip().removeprefix("- ") for line in match[2].splitlines()]


def value(name: str) -> set[str]:
    """Every value that a key has anywhere in the manifest."""
    return set(re.findall(rf"^ *(?:- )?{name}: \"?([^\"\n]+)\"?$", MANIFEST, re.MULTILINE))


def test_every_method_of_the_code_has_known_scopes() -> None:
    assert methods() == set(NEEDED)


def test_the_scopes_are_those_that_methods_and_events_need() -> None:
    by_events = {scope for events in EVENTS.values() for scope in events.values() if scope}
    assert set(listed("bot")) == set().union(*NEEDED.values()) | by_events


def test_the_events_are_those_that_listeners_take() -> None:
    assert heard() == set(EVENTS)
    assert set(listed("bot_events")) == {name for names in EVENTS.values() for name in names}


@pytest.mark.parametrize("name", ["bot", "bot_events"])
def test_lists_are_sorted_and_say_nothing_twice(name: str) -> None:
    assert listed(name) == sorted(set(listed(name)))


def test_all_requests_go_to_the_one_route() -> None:
    assert value("request_url") == {f"{{PUBLIC_URL}}{PATH}"}


def test_menus_and_commands_are_asked_for_at_the_same_route() -> None:
    assert value("message_menu_options_url") == {f"{{PUBLIC_URL}}{PATH}"}
    assert value("url") == {f"{{PUBLIC_URL}}{PATH}"}


def test_the_shortcuts_are_those_that_are_listened_to() -> None:
    assert value("callback_id") == {SEND, NEW_TEXT, SEND_LATER}
    assert value("type") == {"message", "global"}


def test_the_commands_are_those_that_are_listened_to() -> None:
    assert value("command") == {NAME}


def test_what_people_type_after_a_command_comes_as_they_typed_it() -> None:
    assert value("should_escape") == {"false"}


@pytest.mark.parametrize(("name", "most"), [("description", 2000), ("usage_hint", 1000)])
def test_the_command_is_described_within_limits(name: str, most: int) -> None:
    assert all(0 < len(one) <= most for one in value(name))


def test_names_of_shortcuts_fit() -> None:
    shortcuts = re.search(r"^  shortcuts:\n((?:    .+\n)+)", MANIFEST, re.MULTILINE)
    assert shortcuts
    names = re.findall(r"- name: (.+)", shortcuts[1])
    told = re.findall(r"description: (.+)", shortcuts[1])
    assert len(names) == len(value("callback_id"))
    assert all(len(one) <= 24 for one in names)
    assert all(len(one) <= 150 for one in told)


def test_every_agent_has_a_page_of_their_own() -> None:
    assert value("home_tab_enabled") == {"true"}
    assert value("messages_tab_enabled") == {"false"}


def test_http_is_the_mode_that_ships() -> None:
    assert value("socket_mode_enabled") == {"false"}


def test_the_stand_in_grants_what_the_manifest_does() -> None:
    assert set(listed("bot")) <= set(SANDBOX_SCOPES.split(","))
