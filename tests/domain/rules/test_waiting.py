"""What may leave, but not now: the hour, the cap, and what nobody has decided yet."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.rules.gate import Facts, Purpose, Verdict, decide
from domain.rules.hours import Hours, find, shipped
from tests.domain.rules.hours.places import NUMBERS, at

EVENING, MORNING = at("2026-03-04 21:40"), at("2026-03-05 09:00")
EIGHT = at("2026-03-05 08:00")
NEW_YORKER = Hours(place=find(NUMBERS["NY"]))
AGREED = Facts(EVENING, Purpose.MARKETING, opted_in=True, written=True, hours=NEW_YORKER)
WROTE = replace(AGREED, purpose=Purpose.CONVERSATION, wrote_at=EVENING - timedelta(hours=1))
HELD: dict[str, Any] = {"held": True, "held_until": at("2026-03-05 15:30")}
TIMED = [Purpose.MARKETING, Purpose.INFORMATIONAL, Purpose.CONVERSATION]


def of(purpose: Purpose, known: Facts = AGREED, **more: Any) -> Verdict:
    return decide(replace(known, purpose=purpose, **more))


def test_advertising_in_the_evening_waits_and_says_until_when() -> None:
    """Rows: §1.1, §2.federal"""
    verdict = decide(AGREED)
    assert (verdict.deferred, verdict.needs_confirmation) == (True, False)
    assert (verdict.code, verdict.earliest) == ("QUIET_HOURS", MORNING)
    assert verdict.reasons == ("quiet_hours", "federal", "usual")
    assert verdict.rules_version == shipped().version
    assert verdict.message == ("It is 9:40 PM EST for them. This text may leave at 9:00 AM EST.")


def test_informational_texts_wait_for_the_federal_hours() -> None:
    """Row: §1.1"""
    assert of(Purpose.INFORMATIONAL).earliest == EIGHT
    assert of(Purpose.INFORMATIONAL, now=EIGHT).allowed


def test_an_answer_at_night_needs_a_persons_word() -> None:
    asked = decide(WROTE)
    assert (asked.allowed, asked.needs_confirmation, asked.earliest) == (False, True, EIGHT)
    assert asked.code == "QUIET_HOURS"
    assert decide(replace(WROTE, confirmed=True)).reasons == ("wrote_recently",)


def test_a_persons_text_to_somebody_who_has_not_written_lately_is_judged_as_informational() -> None:
    silent = replace(WROTE, wrote_at=EVENING - timedelta(hours=25))
    verdict = decide(silent)
    assert (verdict.earliest, verdict.needs_confirmation) == (EIGHT, False)
    assert not decide(replace(silent, confirmed=True)).allowed
    assert decide(replace(silent, opted_in=False)).code == "OPT_IN_REQUIRED"


@pytest.mark.parametrize("purpose", [Purpose.HELP, Purpose.AUTO_REPLY])
def test_what_answers_them_by_itself_leaves_at_any_hour(purpose: Purpose) -> None:
    assert of(purpose, WROTE).allowed


@pytest.mark.parametrize("purpose", Purpose)
def test_each_class_needs_its_own_consent(purpose: Purpose) -> None:
    """Row: §1.7"""
    noon = at("2026-03-04 15:00")
    needs = {Purpose.MARKETING: "written", Purpose.INFORMATIONAL: "express"}
    needs |= {Purpose.CONVERSATION: "express", Purpose.HELP: "none"}
    levels = {"none": 0, "express": 1, "written": 2}
    for level, rank in levels.items():
        known = replace(AGREED, now=noon, opted_in=rank > 0, written=rank > 1)
        enough = purpose in needs and rank >= levels[needs[purpose]]
        assert of(purpose, known).allowed is enough, level


@pytest.mark.parametrize(
    ("fact", "reason"), [("do_not_call", "do_not_call"), ("declined", "declined")]
)
def test_who_wants_no_advertising_gets_other_texts(fact: str, reason: str) -> None:
    """Row: §1.8"""
    known: dict[str, Any] = {fact: True}
    noon = replace(AGREED, now=at("2026-03-04 15:00"), **known)
    verdict = decide(noon)
    assert (verdict.refused, verdict.code, verdict.reasons) == (True, "OPTED_OUT", (reason,))
    assert of(Purpose.INFORMATIONAL, noon).allowed
    assert of(Purpose.CONVERSATION, noon).allowed


@pytest.mark.parametrize(
    ("purpose", "earliest"),
    [
        (Purpose.MARKETING, HELD["held_until"]),
        (Purpose.INFORMATIONAL, HELD["held_until"]),
        (Purpose.AUTO_REPLY, HELD["held_until"]),
    ],
)
def test_nothing_automatic_leaves_while_nobody_has_decided_what_they_meant(
    purpose: Purpose, earliest: object
) -> None:
    noon = replace(WROTE, now=at("2026-03-04 15:00"), **HELD)
    verdict = of(purpose, replace(noon, wrote_at=noon.now))
    assert (verdict.deferred, verdict.reasons) == (True, ("held",))
    assert verdict.earliest == earliest


def test_a_person_may_answer_who_is_held_and_help_comes() -> None:
    noon = at("2026-03-04 15:00")
    held = replace(WROTE, now=noon, wrote_at=noon, **HELD)
    assert decide(held).allowed
    assert of(Purpose.HELP, held).allowed


def test_after_the_wait_the_hours_count_again() -> None:
    late = replace(AGREED, held=True, held_until=at("2026-03-05 21:30"))
    assert decide(late).earliest == at("2026-03-06 09:00")


def test_a_wait_that_nobody_ended_is_looked_at_again_soon() -> None:
    over = replace(AGREED, now=at("2026-03-05 16:00"), **HELD)
    assert decide(over).earliest == at("2026-03-05 16:05")


def test_three_advertisements_in_24_hours_are_enough() -> None:
    noon = at("2026-03-04 13:00")
    sent = tuple(noon - timedelta(hours=hour, seconds=30) for hour in (20, 3, 2))
    full = replace(AGREED, now=noon, hours=replace(NEW_YORKER, sent=sent))
    verdict = decide(full)
    assert verdict.reasons == ("daily_cap", "usual")
    assert verdict.earliest == at("2026-03-04 17:00")
    assert of(Purpose.INFORMATIONAL, full).allowed
    assert decide(replace(full, now=at("2026-03-04 17:00"))).allowed


@pytest.mark.parametrize("purpose", TIMED)
def test_nobody_guesses_the_hour_of_somebody_abroad(purpose: Purpose) -> None:
    """Row: §3.5"""
    abroad = replace(AGREED, hours=Hours(place=find("+447700900123")))
    verdict = of(purpose, abroad)
    assert (verdict.refused, verdict.needs_confirmation) == (True, False)
    assert (verdict.code, verdict.reasons) == ("QUIET_HOURS", ("zone_unknown",))
    assert verdict.help
    assert "time zone" in verdict.help


SOMEWHERE = "+870773123456"
RUSSIAN = "+79161234567"


def test_an_answer_to_nobody_knows_where_is_confirmed_at_any_hour() -> None:
    """Row: §3.5"""
    abroad = Hours(place=find(SOMEWHERE), home="America/New_York")
    for hour in range(24):
        now = at(f"2026-03-04 {hour:02}:30")
        verdict = of(Purpose.CONVERSATION, replace(AGREED, hours=abroad, now=now), wrote_at=now)
        assert (verdict.needs_confirmation, verdict.blind) == (True, True)
        assert verdict.earliest == at(f"2026-03-0{4 if hour < 8 else 5} 08:00")
        assert verdict.message
        assert "Nobody knows what time it is" in verdict.message
        asked = replace(AGREED, hours=abroad, now=now, confirmed=True)
        assert of(Purpose.CONVERSATION, asked, wrote_at=now).allowed


def test_an_answer_abroad_leaves_where_it_is_day_in_all_zones_of_its_country() -> None:
    """Row: §3.5"""
    russia = replace(AGREED, hours=Hours(place=find(RUSSIAN)))
    both = "Europe/Bucharest", "Asia/Kamchatka"
    free = []
    for hour in range(24):
        now = at(f"2026-03-04 {hour:02}:30", "UTC")
        verdict = of(Purpose.CONVERSATION, replace(russia, now=now), wrote_at=now)
        assert verdict.allowed or (verdict.needs_confirmation and not verdict.blind)
        free += [now] if verdict.allowed else []
    assert free
    for zone in both:
        assert all(8 <= one.astimezone(ZoneInfo(zone)).hour < 21 for one in free)


@pytest.mark.parametrize(
    ("state", "moment", "said"),
    [
        ("RI", "2026-03-15 12:00", "It is Sunday for them, when their state wants no advertising."),
        ("LA", "2026-02-17 12:00", "It is Mardi Gras for them."),
        ("TX", "2026-03-15 12:59", "It is 11:59 AM CDT for them."),
    ],
)
def test_an_agent_is_told_what_is_in_the_way(state: str, moment: str, said: str) -> None:
    known = replace(AGREED, now=at(moment), hours=Hours(place=find(NUMBERS[state])))
    message = decide(known).message
    assert message
    assert message.startswith(said)


def test_a_moment_that_is_far_is_told_with_its_day() -> None:
    saturday = replace(AGREED, now=at("2026-03-14 18:00"), hours=Hours(place=find(NUMBERS["RI"])))
    message = decide(saturday).message
    assert message
    assert message.endswith("This text may leave on Mon, Mar 16, 2026, 9:00 AM EDT.")


def test_who_is_nowhere_is_told_of_as_such() -> None:
    nowhere = replace(AGREED, hours=Hours(place=find("+18005550101")))
    assert decide(nowhere).message == (
        "Their time zone is not known, and it is 9:40 PM EST where they may be. "
        "This text may leave at 2:00 PM EST."
    )
