"""Documents, as MongoDB keeps them, made into the API's types. Pure: what is nested is given."""

from graph.nodes.consent import consent_event
from graph.nodes.contacts import contact
from graph.nodes.gate import message_preview, phone_info
from graph.nodes.people import actor, agent, token
from graph.nodes.texts import media, message
from graph.nodes.threads import thread

__all__ = [
    "actor",
    "agent",
    "consent_event",
    "contact",
    "media",
    "message",
    "message_preview",
    "phone_info",
    "thread",
    "token",
]
