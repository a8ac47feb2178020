"""STOP and START by WhatsApp and RCS: what they do to the number behind."""

import pytest

from domain.services import numbers
from tests.clock import NOON
from tests.domain.build import (
    CUSTOMER,
    conversation,
    fresh,
    later,
    queued,
    received,
    said_of,
)

pytestmark = pytest.mark.usefixtures("db")
CHANNELS = ("whatsapp:", "rcs:")


def blocked(phone: str) -> bool:
    """Whether that address has opted out."""
    return numbers.state_of(phone).blocked


@pytest.mark.parametrize("channel", CHANNELS)
def test_stop_blocks_the_number_behind_and_calls_its_texts_back(channel: str) -> None:
    """Row: §1.2"""
    conversation()
    waiting = queued("On its way")
    text = received("STOP", later(1), sender=f"{channel}{CUSTOMER}", sid="SM9")
    assert text.from_ == f"{channel}{CUSTOMER}"
    assert blocked(CUSTOMER)
    assert blocked(f"{channel}{CUSTOMER}")
    assert fresh(waiting).status == "canceled"
    (event,) = said_of(CUSTOMER)
    assert (event.action, event.method, event.message_sid) == ("opt_out", "keyword", "SM9")


@pytest.mark.parametrize("channel", CHANNELS)
def test_start_lifts_no_block_of_the_number_behind(channel: str) -> None:
    received("STOP", sender=f"{channel}{CUSTOMER}")
    received("START", later(5), sender=f"{channel}{CUSTOMER}")
    assert not blocked(f"{channel}{CUSTOMER}")
    assert blocked(CUSTOMER)


def test_a_repeated_stop_leaves_who_has_come_back() -> None:
    for _ in range(2):
        received("STOP", NOON, sender=f"whatsapp:{CUSTOMER}", sid="SM9")
        received("START", later(5), sid="SM10")
    assert not blocked(CUSTOMER)


@pytest.mark.parametrize("sender", ["messenger:100", "12345", "ACME", "whatsapp:+"])
def test_behind_other_addresses_there_is_no_number(sender: str) -> None:
    received("STOP", sender=sender)
    assert blocked(sender)
    assert not blocked(CUSTOMER)
