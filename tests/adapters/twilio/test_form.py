"""A webhook form becomes what the domain knows, without losing anything that was sent."""

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.twilio.form import BadForm, inbound, parse, status
from domain.rules.status import MessageStatus
from domain.values import MediaRef

SID = "SM" + "1" * 32


def form(**fields: str) -> bytes:
    """An inbound text's form, with these fields over the usual ones."""
    usual = {
        "MessageSid": SID,
        "AccountSid": "AC1",
        "From": "+17605551234",
        "To": "+18005550100",
        "Body": "hello",
        "NumMedia": "0",
        "NumSegments": "1",
    }
    return urlencode(usual | fields).encode()


def test_a_text_is_read_whole() -> None:
    text = inbound(form())
    assert (text.sid, text.account_sid, text.body) == (SID, "AC1", "hello")
    assert (text.sender, text.recipient) == ("+17605551234", "+18005550100")
    assert (text.media, text.service_sid, text.segments, text.opt_out_type) == ((), None, 1, None)


def test_unknown_fields_are_kept_in_the_raw_form() -> None:
    text = inbound(form(FromCity="CARLSBAD", BrandNew="ü=&"))
    assert text.raw["FromCity"] == "CARLSBAD"
    assert text.raw["BrandNew"] == "ü=&"


def test_an_empty_body_is_kept() -> None:
    text = inbound(form(Body="", NumMedia="1", MediaUrl0="https://x/0"))
    assert text.body == ""
    assert text.media == (MediaRef("https://x/0", ""),)
    assert inbound(b"MessageSid=SM1&From=12345&To=67890").body == ""


def test_all_media_are_kept_in_order_whatever_their_announced_number() -> None:
    fields = {f"MediaUrl{n}": f"https://x/{n}" for n in reversed(range(12))}
    types = {f"MediaContentType{n}": "image/png" for n in range(12)}
    media = inbound(form(NumMedia="3", **fields, **types)).media
    assert media == tuple(MediaRef(f"https://x/{n}", "image/png") for n in range(12))


def test_the_messaging_service_and_its_opt_out_are_told() -> None:
    text = inbound(form(MessagingServiceSid="MG1", OptOutType="Stop"))
    assert (text.service_sid, text.opt_out_type) == ("MG1", "STOP")


@pytest.mark.parametrize("name", ["SmsSid", "SmsMessageSid"])
def test_the_older_names_of_the_sid_are_known(name: str) -> None:
    assert inbound(form(MessageSid="", **{name: "SM9"})).sid == "SM9"


@pytest.mark.parametrize(
    ("sender", "kept"),
    [("+1 760 555 1234", "+17605551234"), ("12345", "12345"), ("whatsapp:+17605551234",) * 2],
)
def test_every_kind_of_sender_is_taken(sender: str, kept: str) -> None:
    assert inbound(form(From=sender)).sender == kept


def test_nul_characters_are_taken_out() -> None:
    text = inbound(form(Body="a\0b", **{"X\0y": "\0z"}))
    assert text.body == "ab"
    assert text.raw["Xy"] == "z"


@pytest.mark.parametrize(
    ("given_count", "known"),
    [("3", 3), ("0", None), ("", None), ("x", None), ("-1", None), ("9" * 5000, None), ("²", None)],
)
def test_a_strange_segment_count_is_unknown(given_count: str, known: int | None) -> None:
    assert inbound(form(NumSegments=given_count)).segments == known


@pytest.mark.parametrize(
    "changed",
    [
        {"MessageSid": ""},
        {"MessageSid": "S" * 65},
        {"From": ""},
        {"To": " "},
        {"From": "x" * 65},
    ],
)
def test_a_form_without_what_makes_a_text_says_what_it_lacks(changed: dict[str, str]) -> None:
    name = next(iter(changed))
    with pytest.raises(BadForm, match=f"no usable {name}"):
        inbound(form(**changed))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"Body=%ff%fe", b"a&" * 600])
def test_an_unreadable_form_is_a_bad_form(body: bytes) -> None:
    with pytest.raises(BadForm, match="not readable"):
        parse(body)


def test_the_first_of_repeated_fields_counts() -> None:
    assert parse(b"a=1&a=2&b=&c") == {"a": "1", "b": "", "c": ""}


def test_a_report_is_read_with_our_id_and_its_meaning() -> None:
    told = status(b"MessageSid=SM1&MessageStatus=delivered&To=%2B1", "m-1")
    assert (told.sid, told.message_id, told.word) == ("SM1", "m-1", "delivered")
    assert told.status is MessageStatus.DELIVERED
    assert told.rank == 54
    assert (told.error_code, told.advice) == (None, None)
    assert told.raw["To"] == "+1"


def test_an_error_is_told_with_advice() -> None:
    told = status(b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003", None)
    assert told.message_id is None
    assert told.error_code == 30003
    assert told.advice is not None
    assert told.advice.sentence == "The phone is switched off or out of reach."


def test_an_unknown_word_is_kept_without_a_meaning() -> None:
    told = status(b"SmsSid=SM1&SmsStatus=teleported&ErrorCode=0", "")
    assert (told.word, told.status, told.rank) == ("teleported", None, None)
    assert (told.message_id, told.error_code) == (None, None)


@pytest.mark.parametrize("body", [b"", b"MessageSid=SM1", b"MessageStatus=sent", b"\xff"])
def test_a_report_without_sid_or_status_is_a_bad_form(body: bytes) -> None:
    with pytest.raises(BadForm):
        status(body, "m-1")


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_as_a_bad_form(body: bytes) -> None:
    raw = b"MessageSid=SM1&MessageStatus=sent&From=12345&To=12345&" + body
    with suppress(BadForm):
        assert inbound(raw).sid == status(raw, "m-1").sid == "SM1"


@given(st.text(st.characters(codec="utf-8")))
def test_every_body_arrives_as_it_was_written(body: str) -> None:
    assert inbound(form(Body=body)).body == body.replace("\0", "")
