"""How a workspace is set up: the modal, and the places from which it is opened."""

from collections.abc import Sequence

from bot.blocks import elements
from bot.blocks.elements import Block
from bot.views import parts
from bot.views.parts import View
from domain.rules.words.mrkdwn import escaped
from domain.values import Button, Workspace

SET_UP, FORM = "set_up", "setup_form"
INBOX, SENDERS, AGENTS, GROUP, MODE, ARCHIVE = (
    "inbox",
    "senders",
    "agents",
    "group",
    "mode",
    "archive",
)
OWN_CHANNELS, ALL_IN_INBOX, CLOSED = "channels", "inbox", "closed"
NOTHING_YET = "Threadline is here, but nobody has told it yet where customers' texts should go."
WELCOME = "Thank you for adding Threadline. Press *Set up* to say where customers' texts should go."
NONE_LEFT = (
    "All numbers belong to other workspaces. Take one away there, or add another to Threadline's "
    "settings, and open this again."
)

Group = tuple[str, str]


def home() -> View:
    """The App Home as long as nothing is set up."""
    return {"type": "home", "blocks": [elements.section(NOTHING_YET), button()]}


def welcome() -> list[Block]:
    """The message to whoever installed us."""
    return [elements.section(WELCOME), button()]


def button() -> Block:
    """Opens the modal."""
    return elements.actions([Button("Set up", SET_UP, SET_UP, style="primary")])


def setup(present: Workspace, senders: Sequence[str], groups: Sequence[Group] = ()) -> View:
    """The modal, filled in with what there is; `groups` are user groups by id and name."""
    if not senders:
        return parts.modal(FORM, "Set up Threadline", [elements.section(NONE_LEFT)], close="Close")
    fields = [_inbox(present), _senders(present, senders), *_agents(present, groups)]
    fields += [_mode(present), _archive(present)]
    return parts.modal(FORM, "Set up Threadline", fields, submit="Save")


def _inbox(present: Workspace) -> Block:
    told = "For conversations without a channel of their own. Invite Threadline if it is private."
    menu = parts.conversation(present.inbox or None, placeholder="Choose a channel")
    return parts.field(INBOX, "Inbox channel", menu, hint=told)


def _senders(present: Workspace, senders: Sequence[str]) -> Block:
    options = [parts.option(sender, sender) for sender in senders]
    chosen = present.senders or senders[:1]
    told = "The numbers and services whose conversations live in this workspace."
    return parts.field(SENDERS, "Numbers", parts.menus(options, chosen), hint=told)


def _agents(present: Workspace, groups: Sequence[Group]) -> list[Block]:
    """People or a group: who is invited into each conversation's channel."""
    named = dict(groups)
    people = [one for one in present.agents if one not in named and not one.startswith("S")]
    told = "They are invited into each conversation's channel, and may answer."
    who = parts.field(AGENTS, "People who answer", parts.people(people), optional=True, hint=told)
    if not groups:
        return [who]
    chosen = next((one for one in present.agents if one in named), None)
    options = [parts.option(escaped(name), key) for key, name in groups]
    menu = parts.menu(options, chosen, placeholder="No group")
    return [who, parts.field(GROUP, "Or a user group", menu, optional=True)]


def _mode(present: Workspace) -> Block:
    options = [
        parts.option("Each in a channel of its own", OWN_CHANNELS),
        parts.option("All as threads of the inbox channel", ALL_IN_INBOX),
    ]
    chosen = OWN_CHANNELS if present.own_channels else ALL_IN_INBOX
    return parts.field(MODE, "Conversations live", parts.menu(options, chosen))


def _archive(present: Workspace) -> Block:
    options = [parts.option("Archive the channel of a closed conversation", CLOSED)]
    ticked = [CLOSED] if present.archive_closed else []
    return parts.field(ARCHIVE, "When closed", parts.boxes(options, ticked), optional=True)
