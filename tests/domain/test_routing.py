"""Senders and tags decide the inbox and the agents of a conversation when its place is made."""

from dataclasses import replace

import pytest

from domain.model import Contact, Thread
from domain.services import channels, threads
from domain.values import Route, Workspace
from tests.domain.build import OURS, SERVICE, THROUGH_SERVICE, received

pytestmark = pytest.mark.usefixtures("db")
VIP = Route("tag:VIP", "C0VIP", ("U0BOSS",))
SHOP = Route(OURS, "C0SHOP")
HOUSE = Workspace("C0INBOX", agents=("S0AGENTS",), routes=(VIP, SHOP))


@pytest.fixture
def thread() -> Thread:
    """A customer has written to our number."""
    return threads.get(received().thread_id)


def route(thread: Thread, workspace: Workspace = HOUSE) -> tuple[str, tuple[str, ...]]:
    found = channels.route_of(thread.id, workspace)
    return found.inbox, found.agents


def test_without_a_route_it_is_everybodys(thread: Thread) -> None:
    assert route(thread, replace(HOUSE, routes=())) == ("C0INBOX", ("S0AGENTS",))


def test_a_sender_has_its_own_inbox_and_where_none_are_named_all_agents(thread: Thread) -> None:
    assert route(thread) == ("C0SHOP", ("S0AGENTS",))


def test_the_first_route_that_fits_counts(thread: Thread) -> None:
    Contact.objects.update(set__tags=["vip", "buyer"])
    assert route(thread) == ("C0VIP", ("U0BOSS",))


def test_the_number_behind_a_service_has_its_route_too() -> None:
    message = received(policy=THROUGH_SERVICE, service_sid=SERVICE)
    found = threads.get(message.thread_id)
    assert (found.sender, route(found)[0]) == (SERVICE, "C0SHOP")


def test_somebody_whose_contact_is_gone_has_no_tags(thread: Thread) -> None:
    Contact.objects.delete()
    assert route(thread) == ("C0SHOP", ("S0AGENTS",))
