"""What a timeline says, in plain words."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.rules.sentences import of_consent, of_text
from domain.rules.status import MessageStatus

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PHONE = "+17605550111"


@pytest.mark.parametrize(
    ("status", "begins"),
    [
        ("scheduled", "Scheduled"),
        ("held", "To be sent"),
        ("queued", "To be sent"),
        ("unknown", "Perhaps sent"),
        ("refused", "Not allowed to be sent"),
        ("canceled", "Called back"),
        ("failed", "Not delivered"),
        ("undelivered", "Not delivered"),
        ("sent", "Sent"),
        ("delivered", "Sent"),
    ],
)
def test_a_text_of_ours_says_what_became_of_it(status: str, begins: str) -> None:
    assert of_text(False, status, False, "Hello") == f"{begins}: Hello"


def test_what_the_carrier_has_queued_has_left() -> None:
    assert of_text(False, "queued", True, "Hello") == "Sent: Hello"


def test_a_customers_text_was_received_whatever_its_status() -> None:
    assert {of_text(True, status, False, "Hi") for status in MessageStatus} == {"Received: Hi"}


def test_a_picture_without_words_is_named() -> None:
    assert of_text(True, "received", True, "") == "Received: a picture or file"


@pytest.mark.parametrize(
    ("action", "level", "method", "said"),
    [
        ("opt_in", "written", "form", f"Agreed to texts to {PHONE} in writing (form)."),
        ("opt_in", "express", "phone_call", f"Agreed to texts to {PHONE} (phone call)."),
        ("opt_out", "none", "keyword", f"Opted out of texts to {PHONE} (keyword)."),
        ("opt_out", "written", "other", f"Opted out of texts to {PHONE} (other)."),
    ],
)
def test_consent_says_what_and_how(action: str, level: str, method: str, said: str) -> None:
    assert of_consent(action, level, method, PHONE, NOW, NOW) == said


def test_what_was_written_down_later_has_its_own_date() -> None:
    at = NOW - timedelta(days=400)
    told = of_consent("opt_in", "express", "import", PHONE, at, NOW)
    assert told == f"Agreed to texts to {PHONE} on 2025-01-28 (import)."
