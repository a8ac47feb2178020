"""The composition root: settings become adapters, adapters become the web app, worker and bot.

The only room that knows everybody: house, what every process is made of; serving, crew and chat,
the three processes; health, what each part says of itself; monitor, what a process tells over HTTP.
"""

import graph.schema
from app.chat import listen, slack_chats
from app.crew import registry, worker
from app.health import findings
from app.house import House, build, ensure_indexes
from app.monitor import monitored
from app.rights import database_role
from app.serving import web

__all__ = [
    "House",
    "build",
    "database_role",
    "ensure_indexes",
    "findings",
    "listen",
    "monitored",
    "registry",
    "schema_text",
    "slack_chats",
    "web",
    "worker",
]


def schema_text() -> str:
    """The GraphQL schema, as schema.graphql holds it."""
    return graph.schema.sdl()
