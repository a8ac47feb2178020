"""The workspaces that we serve, each with its own chat."""

from dataclasses import dataclass

from bot.chat import SlackChat


@dataclass(frozen=True)
class OneWorkspace:
    """Implements domain.ports.Chats for the single workspace that the settings name."""

    chat: SlackChat

    def of(self, _team_id: str | None, _sender: str | None = None) -> SlackChat:
        """Always that one."""
        return self.chat
