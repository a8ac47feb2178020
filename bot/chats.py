"""The workspaces that we serve, each with its own chat."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat import SlackChat
from domain.ports import Installations
from domain.services import workspaces
from domain.values import Workspace

BRIEFLY = 2.0
MOST_REMEMBERED = 1_000

Make = Callable[[str, Workspace], SlackChat]


@dataclass(frozen=True)
class OneWorkspace:
    """Implements domain.ports.Chats for the single workspace that the settings name."""

    chat: SlackChat

    def of(self, _team_id: str | None, _sender: str | None = None) -> SlackChat:
        """Always that one."""
        return self.chat


@dataclass(frozen=True)
class Answer:
    """Whose chat it was, until when that is believed."""

    chat: SlackChat | None
    until: float


@dataclass(frozen=True)
class Served:
    """A chat and what it was made of."""

    token: str
    workspace: Workspace
    chat: SlackChat


@dataclass
class Workspaces:
    """Implements domain.ports.Chats for all that installed us and were set up.

    `make` gives a chat for a token. What the database said is believed for `seconds`: so long
    another process's change may go unnoticed here.
    """

    installations: Installations
    make: Make
    seconds: float = BRIEFLY
    tick: Callable[[], float] = time.monotonic
    _answers: dict[tuple[str | None, str | None], Answer] = field(default_factory=dict, init=False)
    _served: dict[str | None, Served] = field(default_factory=dict, init=False)

    def of(self, team_id: str | None, sender: str | None = None) -> SlackChat | None:
        """By sender, else by team; None for one that left us, or that nobody has set up."""
        known = self._answers.get((team_id, sender))
        if known and self.tick() < known.until:
            return known.chat
        chat = self._look(team_id, sender)
        if len(self._answers) >= MOST_REMEMBERED:
            self._answers.clear()
        self._answers[team_id, sender] = Answer(chat, self.tick() + self.seconds)
        return chat

    def _look(self, team_id: str | None, sender: str | None) -> SlackChat | None:
        workspace = workspaces.serving(team_id, sender)
        token = self.installations.token(workspace.team_id) if workspace else None
        return self._chat(token, workspace) if workspace and token else None

    def _chat(self, token: str, workspace: Workspace) -> SlackChat:
        """The same one as long as nothing changed: it knows already who we are there."""
        known = self._served.get(workspace.team_id)
        if known and (known.token, known.workspace) == (token, workspace):
            return known.chat
        made = self.make(token, workspace)
        self._served[workspace.team_id] = Served(token, workspace, made)
        return made
