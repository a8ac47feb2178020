"""May this text leave: every reason for yes and no, and what can never be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.gate import Facts, Purpose, decide
from domain.rules.hours import shipped
from domain.rules.roles import BARS
from tests.clock import NOON

NIGHT = NOON + timedelta(hours=10)
TALK = Facts(NOON, Purpose.CONVERSATION)
SENT = [Purpose.CONVERSATION, Purpose.INFORMATIONAL, Purpose.MARKETING]
ORDINARY = [*SENT, Purpose.AUTO_REPLY]
KEYWORD_ANSWERS = [Purpose.HELP, Purpose.OPTOUT_CONFIRMATION]
moments = st.one_of(
    st.none(), st.timedeltas(timedelta(days=-400), timedelta(0)).map(lambda ago: NOON + ago)
)
facts = st.builds(
    Facts,
    now=st.sampled_from([NOON, NIGHT]),
    purpose=st.sampled_from(Purpose),
    blocked=st.booleans(),
    opted_in=st.booleans(),
    written=st.booleans(),
    declined=st.booleans(),
    held=st.booleans(),
    do_not_call=st.booleans(),
    confirmed=st.booleans(),
    sender_known=st.booleans(),
    author_bar=st.sampled_from([None, *BARS.values()]),
    wrote_at=moments,
    reply_window=st.timedeltas(timedelta(0), timedelta(days=30)),
)


@pytest.mark.parametrize("purpose", Purpose)
def test_somebody_who_has_opted_out_is_never_texted(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, blocked=True, opted_in=True, wrote_at=NOON))
    assert (verdict.allowed, verdict.code) == (False, "OPTED_OUT")


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_leaves_from_a_sender_that_is_not_ours(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, opted_in=True, wrote_at=NOON, sender_known=False))
    assert (verdict.allowed, verdict.code) == (False, "NOT_CONFIGURED")


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("kind", BARS)
def test_guests_and_foreigners_send_nothing_and_are_told_why(purpose: Purpose, kind: str) -> None:
    bar = BARS[kind]
    verdict = decide(Facts(NOON, purpose, opted_in=True, wrote_at=NOON, author_bar=bar))
    assert (verdict.allowed, verdict.code) == (False, "FORBIDDEN")
    assert (verdict.reasons, verdict.message, verdict.help) == (
        (bar.reason,),
        bar.message,
        bar.help,
    )


@pytest.mark.parametrize("purpose", SENT)
def test_a_stranger_who_never_wrote_is_not_texted(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose))
    assert (verdict.allowed, verdict.code) == (False, "OPT_IN_REQUIRED")
    assert verdict.reasons == ("no_consent",)


@pytest.mark.parametrize("purpose", SENT)
def test_somebody_who_agreed_in_writing_may_be_texted(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, opted_in=True, written=True))
    assert (verdict.allowed, verdict.reasons) == (True, ("opted_in",))


@pytest.mark.parametrize("purpose", SENT)
def test_advertising_needs_more_than_a_spoken_yes(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, opted_in=True))
    assert verdict.allowed is (purpose is not Purpose.MARKETING)
    if not verdict.allowed:
        assert (verdict.code, verdict.reasons) == ("OPT_IN_REQUIRED", ("no_written_consent",))


@pytest.mark.parametrize("purpose", [*KEYWORD_ANSWERS, Purpose.AUTO_REPLY])
def test_answers_to_keywords_need_no_opt_in(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, answers=True))
    assert (verdict.allowed, verdict.reasons) == (True, ("answers_keyword",))


@pytest.mark.parametrize("purpose", KEYWORD_ANSWERS)
def test_who_has_left_is_told_so_and_helped_and_nothing_else(purpose: Purpose) -> None:
    """Row: §1.4"""
    left = Facts(NOON, purpose, blocked=True, answers=True)
    assert decide(left).allowed
    assert not any(decide(replace(left, purpose=one)).allowed for one in ORDINARY)


def test_an_opt_out_is_confirmed_only_in_answer_to_it() -> None:
    """Row: §1.4"""
    verdict = decide(Facts(NOON, Purpose.OPTOUT_CONFIRMATION, opted_in=True, wrote_at=NOON))
    assert (verdict.allowed, verdict.code) == (False, "TOO_LATE")


@pytest.mark.parametrize("purpose", Purpose)
def test_to_confirm_is_asked_by_a_text_of_our_own(purpose: Purpose) -> None:
    asked = Facts(NOON, purpose, asks=True)
    assert decide(asked).allowed is (purpose in (Purpose.AUTO_REPLY, Purpose.HELP))
    assert not decide(replace(asked, blocked=True)).allowed


@pytest.mark.parametrize("purpose", [Purpose.CONVERSATION, Purpose.AUTO_REPLY])
def test_somebody_who_wrote_may_be_answered(purpose: Purpose) -> None:
    verdict = decide(Facts(NOON, purpose, wrote_at=NOON - timedelta(hours=1)))
    assert (verdict.allowed, verdict.reasons) == (True, ("wrote_recently",))


@pytest.mark.parametrize("purpose", [Purpose.INFORMATIONAL, Purpose.MARKETING])
def test_having_written_is_no_consent_to_anything_but_an_answer(purpose: Purpose) -> None:
    assert not decide(Facts(NOON, purpose, wrote_at=NOON)).allowed


@pytest.mark.parametrize(
    ("ago", "allowed"),
    [
        (timedelta(0), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, microseconds=1), False),
        (timedelta(days=30), False),
    ],
)
def test_the_window_for_answers_ends_to_the_microsecond(ago: timedelta, allowed: bool) -> None:
    assert decide(replace(TALK, wrote_at=NOON - ago)).allowed is allowed


def test_the_window_is_the_owners_choice() -> None:
    wrote = replace(TALK, wrote_at=NOON - timedelta(hours=30))
    assert not decide(wrote).allowed
    assert decide(replace(wrote, reply_window=timedelta(hours=48))).allowed


def test_what_is_not_ours_to_send_is_said_before_what_the_customer_wants() -> None:
    both = replace(TALK, blocked=True, sender_known=False, author_bar=BARS["guest"])
    assert decide(both).code == "NOT_CONFIGURED"
    assert decide(replace(both, sender_known=True)).code == "FORBIDDEN"


@given(facts)
def test_a_block_is_stronger_than_every_other_fact(known: Facts) -> None:
    assert not decide(replace(known, blocked=True)).allowed


@given(facts)
def test_without_consent_and_without_a_text_of_theirs_only_keywords_are_answered(
    known: Facts,
) -> None:
    bare = replace(known, opted_in=False, wrote_at=None)
    assert decide(bare).allowed <= (known.purpose in KEYWORD_ANSWERS)


@given(facts)
def test_every_no_has_a_code_a_sentence_and_a_next_step(known: Facts) -> None:
    verdict = decide(known)
    assert bool(verdict.code) is bool(verdict.message) is bool(verdict.help) is not verdict.allowed
    assert verdict.reasons
    assert verdict.rules_version == shipped().version


@given(facts)
def test_what_waits_waits_for_a_moment_to_come_and_a_yes_for_none(known: Facts) -> None:
    verdict = decide(known)
    assert not (verdict.allowed and (verdict.earliest or verdict.needs_confirmation))
    assert (verdict.code == "QUIET_HOURS") >= (verdict.earliest is not None)
    assert verdict.earliest is None or verdict.earliest > known.now
    assert verdict.earliest or not verdict.needs_confirmation


@given(facts)
def test_who_waits_until_then_gets_it_then(known: Facts) -> None:
    first = decide(replace(known, held=False))
    if first.earliest:
        assert decide(replace(known, held=False, now=first.earliest, wrote_at=None)).allowed or (
            first.needs_confirmation
        )


@given(facts)
def test_an_opt_in_never_makes_a_yes_a_no(known: Facts) -> None:
    assert decide(known).allowed <= decide(replace(known, opted_in=True)).allowed


def test_an_automatic_answer_goes_only_to_somebody_who_has_just_written() -> None:
    verdict = decide(Facts(NOON, Purpose.AUTO_REPLY, opted_in=True, written=True))
    assert (verdict.allowed, verdict.reasons) == (False, ("wrote_long_ago",))


@given(facts)
def test_a_longer_silence_never_makes_a_no_a_yes(known: Facts) -> None:
    quieter = replace(known, wrote_at=known.wrote_at and known.wrote_at - timedelta(days=1))
    assert decide(quieter).allowed <= decide(known).allowed
