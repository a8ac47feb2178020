"""Slack put together: the workspace, its API, its events and its people."""

from starlette.routing import BaseRoute, Mount

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.delivery import Postman
from adapters.sandbox.encounter import Desk
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.slack import (
    conversations,
    directory,
    history,
    membership,
    messages,
    pins,
    reactions,
)
from adapters.sandbox.slack.api import WebApi
from adapters.sandbox.slack.deeds import Deeds
from adapters.sandbox.slack.directory import SCOPES
from adapters.sandbox.slack.events import Events
from adapters.sandbox.slack.files import Files
from adapters.sandbox.slack.interactions import Interactions
from adapters.sandbox.slack.limits import Limits
from adapters.sandbox.slack.oauth import Installations
from adapters.sandbox.slack.people import Team
from adapters.sandbox.slack.responses import Responses
from adapters.sandbox.slack.rooms import Rooms
from adapters.sandbox.slack.scripts import People
from adapters.sandbox.slack.socket import SocketMode
from adapters.sandbox.slack.staff import Staff
from adapters.sandbox.slack.views import Views
from adapters.sandbox.slack.workspace import Workspace
from adapters.sandbox.timing import Pace


class SlackSide:
    """Everything of Slack, with the routes for the SDK and for scripts."""

    def __init__(
        self,
        config: SandboxConfig,
        ledger: Ledger,
        desk: Desk,
        postman: Postman,
        pace: Pace,
        limits: Limits,
    ) -> None:
        workspace = Workspace(ledger, config.inbox_channel, Team(config.team_id, config.team_name))
        sockets = SocketMode(config, ledger, pace)
        events = Events(config, workspace, postman, pace, sockets)
        workspace.tell = events.tell
        installations = Installations(config, ledger, SCOPES)
        installations.tell = events.tell
        files = Files(config, workspace)
        views, responses = Views(ledger, pace, config.team_id), Responses(config, workspace)
        interactions = Interactions(config, postman, pace, sockets, views, responses)
        methods = {
            **directory.METHODS,
            **conversations.METHODS,
            **membership.METHODS,
            **history.METHODS,
            **messages.METHODS,
            **reactions.METHODS,
            **pins.METHODS,
            **files.methods(),
            **views.methods(),
            **sockets.methods(),
            **installations.methods(),
        }
        api = WebApi(config, workspace, desk, limits, methods, installations)
        deeds = Deeds(workspace, interactions, views, files)
        self._scripts = [
            *People(config, workspace, files).routes(),
            *Rooms(workspace).routes(),
            *Staff(workspace).routes(),
            *deeds.routes(),
            *installations.scripts(),
            *sockets.scripts(),
        ]
        self._service = [
            *api.routes(),
            *files.routes(),
            *responses.routes(),
            *sockets.routes(),
            *installations.routes(),
        ]

    def routes(self) -> list[BaseRoute]:
        """To be mounted at the sandbox's root; the scripts' own paths come first."""
        return [*self._scripts, Mount("/slack", routes=self._service)]
