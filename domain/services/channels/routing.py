"""Which inbox channel and which agents a conversation belongs to, by the workspace's routes."""

from domain.services import threads
from domain.services.people import contacts
from domain.values import Route, Workspace


def route_of(thread_id: object, workspace: Workspace) -> Route:
    """Decided when a place is made: one that exists stays where it is when tags change.

    A route without agents of its own has those of the workspace.
    """
    thread = threads.get(thread_id)
    contact = contacts.find(thread.contact_id)
    found = _first(
        workspace, thread.own_number, thread.sender, list(contact.tags) if contact else []
    )
    return Route(found.about, found.inbox, found.agents or workspace.agents)


def _first(workspace: Workspace, number: str | None, sender: str, tags: list[str]) -> Route:
    """A Messaging Service is the sender; the number behind it may have a route as well."""
    by_sender = workspace.route(sender, tags)
    return by_sender if by_sender.about or not number else workspace.route(number, tags)
