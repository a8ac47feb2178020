"""The marks under an agent's message, state by state."""

import pytest

from domain.rules.marks import PASSING, TROUBLED, marks_for
from domain.rules.status import ERRORS, FINAL, MessageStatus

EXPECTED = {
    "scheduled": {"hourglass_flowing_sand"},
    "held": {"hourglass_flowing_sand"},
    "queued": {"hourglass_flowing_sand"},
    "sending": {"hourglass_flowing_sand"},
    "unknown": {"hourglass_flowing_sand"},
    "refused": {"exclamation"},
    "canceled": set(),
    "sent": {"heavy_check_mark"},
    "delivered": {"heavy_check_mark", "white_check_mark"},
    "undelivered": {"exclamation"},
    "failed": {"exclamation"},
    "received": set(),
}


def test_every_state_has_its_marks() -> None:
    assert {str(status): set(marks_for(status)) for status in MessageStatus} == EXPECTED


@pytest.mark.parametrize("status", [MessageStatus.CANCELED, MessageStatus.UNKNOWN])
def test_a_stored_reason_makes_trouble_of_it(status: MessageStatus) -> None:
    assert marks_for(status, troubled=True) == {"exclamation"}


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.DELIVERED])
def test_an_old_error_does_not_spoil_what_arrived(status: MessageStatus) -> None:
    assert marks_for(status, troubled=True) == marks_for(status)


def test_no_final_state_is_passing() -> None:
    assert not PASSING & FINAL
    assert MessageStatus.UNKNOWN not in PASSING


def test_what_did_not_arrive_is_explained_or_was_refused_with_a_notice() -> None:
    assert {MessageStatus.REFUSED} == ERRORS - TROUBLED
