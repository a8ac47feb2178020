"""The manifest grants what the code uses, and nothing else.

Whoever uses another method, event, command or shortcut adds a line to a table here and one to the
manifest.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.slack.directory import SCOPES as SANDBOX_SCOPES
from bot import install, manifest
from bot.app import LISTENERS
from bot.asgi import PATH
from bot.commands import NAME
from bot.desk import Desk
from bot.forms import SEND
from bot.listeners.texts import NEW_TEXT, SEND_LATER
from tests.clock import FakeClock
from tests.domain.build import POLICY, TIMING

BOT = Path(__file__).parents[2] / "bot"
MANIFEST = manifest.text()
FAMILIES = (
    r"apps|auth|bots|chat|conversations|files|oauth\.v2|pins|reactions|team|usergroups|users|views"
)
CLIENT = re.compile(r"(?:\w+\.)*client")
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
    "conversations.join": {"channels:join"},
    "conversations.list": {"groups:read"},
    "conversations.replies": {"channels:history", "groups:history", "metadata.message:read"},
    "conversations.setPurpose": {"groups:write"},
    "conversations.setTopic": {"groups:write"},
    "conversations.unarchive": {"groups:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "oauth.v2.access": set(),
    "pins.add": {"pins:write"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "usergroups.list": {"usergroups:read"},
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
    "app_uninstalled": {"app_uninstalled": ""},
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
    "tokens_revoked": {"tokens_revoked": ""},
    "user_change": {"user_change": "users:read"},
}
"""The subscriptions behind each event that a listener takes, and the scope of each."""

SHORTCUTS = {SEND: "message", NEW_TEXT: "global", SEND_LATER: "message"}
"""Their kind, by what they are called back with."""

COMMANDS = {NAME}


class Register:
    """Stands in the app's place while listeners register, and keeps what each waits for."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Callable[[Any], Any]]:
        def register(name: Any, *_: Any, **__: Any) -> Callable[[Any], Any]:
            named = name if isinstance(name, str) else name.pattern
            self.names.setdefault(kind, set()).add(named)
            return lambda listener: listener

        return register


def registered() -> dict[str, set[str]]:
    """What the listeners wait for, by kind: event, action, view, command, shortcut, options."""
    app: Any = Register()
    for listeners in LISTENERS:
        listeners.register(app, Desk(FakeClock(), POLICY, TIMING))
    return dict(app.names)


def trees() -> Iterator[ast.AST]:
    """All of the bot but its table of rates, which names more than is called."""
    for file in sorted({*BOT.rglob("*.py")} - {BOT / "limits.py"}):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def methods() -> set[str]:
    """Web API methods that the code names, as strings or as the SDK's own methods."""
    found = set()
    for node in trees():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} if METHOD.fullmatch(node.value) else set()
        elif isinstance(node, ast.Attribute) and CLIENT.fullmatch(ast.unparse(node.value)):
            found |= {node.attr.replace("_", ".")} - {"api.call", "token", "base.url"}
    return found


def value(name: str) -> set[str]:
    """Every value that a key has anywhere in the manifest."""
    return set(re.findall(rf"^ *(?:- )?{name}: \"?([^\"\n]+)\"?$", MANIFEST, re.MULTILINE))


def test_every_method_of_the_code_has_known_scopes() -> None:
    assert methods() == set(NEEDED)


def test_the_scopes_are_those_that_methods_and_events_need() -> None:
    by_events = {scope for events in EVENTS.values() for scope in events.values() if scope}
    assert set(manifest.listed("bot")) == set().union(*NEEDED.values()) | by_events


def test_the_events_are_those_that_listeners_take() -> None:
    assert registered()["event"] == set(EVENTS)
    assert set(manifest.listed("bot_events")) == {
        name for names in EVENTS.values() for name in names
    }


@pytest.mark.parametrize("name", ["bot", "bot_events"])
def test_lists_are_sorted_and_say_nothing_twice(name: str) -> None:
    assert list(manifest.listed(name)) == sorted(set(manifest.listed(name)))


def test_all_requests_go_to_the_one_route() -> None:
    assert value("request_url") == {f"{{PUBLIC_URL}}{PATH}"}


def test_menus_and_commands_are_asked_for_at_the_same_route() -> None:
    assert value("message_menu_options_url") == {f"{{PUBLIC_URL}}{PATH}"}
    assert value("url") == {f"{{PUBLIC_URL}}{PATH}"}


def test_the_shortcuts_are_those_that_are_listened_to() -> None:
    assert registered()["shortcut"] == set(SHORTCUTS)
    told = re.findall(r"type: (\w+)\n +callback_id: (\w+)", MANIFEST)
    assert {name: kind for kind, name in told} == SHORTCUTS


def test_the_commands_are_those_that_are_listened_to() -> None:
    assert registered()["command"] == COMMANDS
    assert value("command") == COMMANDS


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


def test_whoever_installs_it_can_be_written_to_and_nobody_writes_back() -> None:
    assert value("messages_tab_enabled") == {"true"}
    assert value("messages_tab_read_only_enabled") == {"true"}


def test_http_is_the_mode_that_ships_and_the_other_is_explained() -> None:
    assert value("socket_mode_enabled") == {"false"}
    head = MANIFEST.partition("_metadata:")[0]
    assert all(name in head for name in ("socket_mode_enabled", "connections:write"))


def test_browsers_come_back_to_the_page_that_waits_for_them() -> None:
    assert manifest.listed("redirect_urls") == (f"{{PUBLIC_URL}}{install.REDIRECT}",)


def test_tokens_are_not_rotated_and_workspaces_install_one_by_one() -> None:
    assert value("token_rotation_enabled") == {"false"}
    assert value("org_deploy_enabled") == {"false"}


def test_menus_that_are_filled_while_typing_have_their_address() -> None:
    assert registered()["options"]
    assert value("message_menu_options_url")


def test_what_is_asked_of_workspaces_is_what_the_manifest_says() -> None:
    assert manifest.scopes() == manifest.listed("bot")
    assert manifest.listed("no_such_list") == ()


def test_the_stand_in_grants_what_the_manifest_does() -> None:
    assert set(manifest.listed("bot")) <= set(SANDBOX_SCOPES.split(","))
