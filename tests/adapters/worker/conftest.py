"""The worker's hands with a carrier and a chat that do as they are told, over a real database."""

from typing import Any

import pytest
from pymongo.database import Database

from adapters.worker.dispatching import Dispatcher
from adapters.worker.relaying import Relayer
from domain.model import Message
from tests.adapters.worker.fakes import FakeChat, FakeSms
from tests.clock import FakeClock
from tests.domain.build import POLICY, TIMING, conversation, received


@pytest.fixture
def sms() -> FakeSms:
    """A carrier that accepts everything."""
    return FakeSms()


@pytest.fixture
def chat() -> FakeChat:
    """A chat in which everything succeeds."""
    return FakeChat()


@pytest.fixture
def dispatcher(db: Database[Any], sms: FakeSms, chat: FakeChat, clock: FakeClock) -> Dispatcher:
    """What sends, at noon."""
    return Dispatcher(sms, chat, clock, POLICY, TIMING)


@pytest.fixture
def relayer(db: Database[Any], chat: FakeChat, clock: FakeClock) -> Relayer:
    """What shows, at noon."""
    return Relayer(chat, clock, TIMING)


@pytest.fixture
def first(db: Database[Any]) -> Message:
    """The first text of a conversation that has no place yet."""
    return received("Is it still available?")


@pytest.fixture
def later(db: Database[Any]) -> Message:
    """A text in a conversation whose channel is there."""
    conversation()
    return received("And the garden?")
