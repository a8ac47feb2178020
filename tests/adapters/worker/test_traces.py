"""What is done for a text is logged, counted and kept as spans under the trace that it began."""

from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database
from structlog.testing import capture_logs

from adapters.telemetry import Instruments
from adapters.worker.answering import Answerer
from adapters.worker.dispatching import Dispatcher
from adapters.worker.relaying import Relayer
from domain import tracing
from domain.model import Message
from domain.ports.telemetry import Silent
from domain.values import Unclear
from tests.adapters.worker.fakes import FakeSms
from tests.adapters.worker.hands import work
from tests.clock import FakeClock
from tests.domain.build import POLICY, TIMING, conversation, fresh, queued, received

THEIRS, OURS = "a" * 32, "b" * 32


class Spans(Silent):
    """Keeps them."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str | None, dict[str, str]]] = []

    def span(self, name: str, trace: str | None, began: float, **ids: str) -> None:
        self.kept.append((name, trace, ids))


@pytest.fixture
def spans() -> Spans:
    return Spans()


@pytest.fixture
def made(spans: Spans) -> Instruments:
    return Instruments("test", spans)


@pytest.fixture
def texts(db: Database[Any], clock: FakeClock) -> tuple[Message, Message]:
    """A customer's, three seconds old, and a program's."""
    conversation()
    theirs = received("Hello", trace=THEIRS)
    with tracing.traced(OURS):
        ours = queued("Your keys are ready")
    clock.advance(3)
    return theirs, ours


def test_a_text_keeps_the_trace_of_what_caused_it(texts: tuple[Message, Message]) -> None:
    assert [fresh(text).trace for text in texts] == [THEIRS, OURS]


async def test_a_text_that_leaves_is_told_under_its_trace(
    dispatcher: Dispatcher, made: Instruments, spans: Spans, texts: tuple[Message, Message]
) -> None:
    lines = await logged(replace(dispatcher, telemetry=made))
    own = str(texts[1].id)
    (line,) = [one for one in lines if one["event"] == "text.dispatched"]
    assert (line["trace"], line["message"], line["outcome"]) == (OURS, own, "accepted")
    assert spans.kept == [("dispatch", OURS, {"message": own})]
    value = made.registry.get_sample_value
    assert value("threadline_dispatches_total", {"outcome": "accepted"}) == 1
    assert value("threadline_dispatch_wait_seconds_sum") == 3


async def test_an_unclear_call_is_counted_as_such_and_waited_for_nobody(
    dispatcher: Dispatcher, sms: FakeSms, made: Instruments, texts: tuple[Message, Message]
) -> None:
    sms.outcomes = [Unclear("Twilio did not answer in time")]
    await logged(replace(dispatcher, telemetry=made))
    value = made.registry.get_sample_value
    assert value("threadline_dispatches_total", {"outcome": "unclear"}) == 1
    assert value("threadline_dispatch_wait_seconds_count") == 0


async def test_a_text_that_is_shown_is_told_under_its_trace(
    relayer: Relayer, made: Instruments, spans: Spans, texts: tuple[Message, Message]
) -> None:
    lines = await logged(replace(relayer, telemetry=made))
    shown = [one for one in lines if one["event"] == "text.relayed" and one["step"] == "say"]
    assert [one["trace"] for one in shown] == [THEIRS, OURS]
    assert ("relay say", THEIRS, {"message": str(texts[0].id)}) in spans.kept
    value = made.registry.get_sample_value
    assert value("threadline_relays_total", {"step": "say", "outcome": "done"}) == 2
    assert value("threadline_relay_delay_seconds_sum") == 3  # the customer's alone


async def logged(hand: Any) -> list[Any]:
    """What it logs, with what is bound, while it does what is due."""
    with capture_logs(processors=[_bound]) as lines:
        assert await work(hand)
    return list(lines)


def _bound(_: Any, __: str, event: Any) -> Any:
    return {"trace": tracing.current()} | dict(event)


def test_our_own_answer_belongs_to_the_text_that_it_answers(
    db: Database[Any], clock: FakeClock
) -> None:
    policy = replace(POLICY, consent=replace(POLICY.consent, confirms="threadline"))
    text = received("HELP", trace=THEIRS, policy=policy)
    with tracing.traced(text.trace):
        Answerer(clock, policy, TIMING).answer(text)
    assert Message.objects(direction="outbound").get().trace == THEIRS
