"""STOP is answered when nothing to that person is under way any more, within reason."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import httpx2
from pymongo.database import Database

from adapters.twilio.routes import Webhooks
from domain.model import Message
from domain.services import dispatch, numbers
from tests import local
from tests.adapters.twilio.hooks import PUBLIC, SECRETS, Twilio, application, text
from tests.clock import NOON, FakeClock
from tests.conftest import Serve
from tests.domain.build import (
    CUSTOMER,
    POLICY,
    TIMING,
    accepted_as,
    leaving,
    new_sid,
    queued,
    received,
)

Raw = dict[str, Any]


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in another thread."""
    deadline = monotonic() + local.PATIENCE
    while not holds():
        assert monotonic() < deadline
        sleep(0.005)


def test_a_stop_is_answered_when_the_call_under_way_has_ended(twilio: Twilio) -> None:
    received()
    queued()
    call = leaving()
    with ThreadPoolExecutor(1) as pool:
        stop = pool.submit(lambda: (twilio.text(text("STOP")).status_code, monotonic()))
        until(lambda: Message.objects(body="STOP").count() == 1)
        assert numbers.state_of(CUSTOMER).blocked
        ended_at = monotonic()
        dispatch.record(call, accepted_as(new_sid()), NOON, TIMING)
        status, answered_at = stop.result()
    assert status == 200
    assert answered_at > ended_at


def test_a_stop_waits_no_longer_than_its_patience(
    db: Database[Raw], serve: Serve, http: httpx2.Client, clock: FakeClock
) -> None:
    hooks = Webhooks(PUBLIC, SECRETS, clock, POLICY, patience_seconds=0.3)
    twilio = Twilio(serve(application(hooks)), http)
    received()
    queued()
    leaving()
    began = monotonic()
    assert twilio.text(text("STOP")).status_code == 200
    assert 0.3 <= monotonic() - began < local.PATIENCE


def test_other_texts_wait_for_no_call(
    db: Database[Raw], serve: Serve, http: httpx2.Client, clock: FakeClock
) -> None:
    twilio = Twilio(serve(application(Webhooks(PUBLIC, SECRETS, clock, POLICY, 60))), http)
    received()
    queued()
    leaving()
    assert twilio.text(text("Hello?")).status_code == 200
    assert twilio.text(text("STOP", From="+17605550133")).status_code == 200
