"""The workspaces in which agents work, and who let us in."""

from datetime import datetime
from typing import Protocol

from domain.ports.chat import Chat


class Chats(Protocol):
    """The chat workspaces that this installation serves."""

    def of(self, team_id: str | None, sender: str | None = None, /) -> Chat | None:
        """The workspace that `sender` belongs to, else the one with that id; None: there is none.

        May read the database: not to be called on the event loop.
        """


class Installations(Protocol):
    """The chat workspaces that let us in, and the secrets by which they did."""

    def token(self, team_id: str | None, enterprise_id: str | None = None, /) -> str | None:
        """What opens that workspace, or the enterprise that it is part of; None: we are not in."""

    def remove(
        self, team_id: str | None, at: datetime, enterprise_id: str | None = None, /
    ) -> bool:
        """It let us in no more at that moment; False when it has installed us again since."""
