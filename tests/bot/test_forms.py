"""Forms about people stay within Slack's limits, whatever is in the documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sandbox.slack.shape import checked
from bot import zones
from bot.views import consent, contact, deletion, merge, proof, snooze, timeline
from domain.model import Agent, Contact
from domain.model.contact import Address, Interests
from domain.rules.consent import wording
from domain.services.desk.agreements import Known
from tests.bot.boards import OFFICE
from tests.clock import NOON

ANY = st.text(max_size=400)
LONG = st.one_of(ANY, st.just("x" * 25_000), st.just("&<>" * 3_000))
ZONE = OFFICE.zone


@st.composite
def people(draw: st.DrawFn) -> Contact:
    """A contact with anything in its fields."""
    person = Contact(id="66f0c0ffee66f0c0ffee66f0", first_name=draw(ANY), last_name=draw(ANY))
    person.phone, person.phones = "+17605550111", draw(st.lists(ANY, max_size=25))
    person.email, person.notes, person.source = draw(LONG), draw(LONG), draw(LONG)
    person.tags, person.timezone = draw(st.lists(ANY, max_size=60)), draw(st.none() | ANY)
    person.assigned_agent, person.address = draw(st.none() | ANY), Address(street=draw(LONG))
    person.interests = Interests(locations=draw(st.lists(LONG, max_size=3)), timeframe=draw(LONG))
    person.custom_fields = draw(st.dictionaries(ANY, ANY, max_size=3))
    person.status = draw(st.sampled_from(["client", "of another system"]))
    return person


def fits(view: dict[str, Any]) -> None:
    """Slack would show it."""
    checked(view, "modal")


@settings(max_examples=30)
@given(people(), st.booleans(), st.sampled_from(["none", "express", "written"]))
def test_a_contacts_form_always_fits(person: Contact, blocked: bool, level: str) -> None:
    known = Known(person.phone, blocked, level, NOON)
    fits(contact.edit(OFFICE, person, known, "", "Recorded."))
    fits(contact.create(OFFICE, name=person.first_name, phone=person.phone))
    fits(contact.taken("Taken", person))
    fits(merge.preview(person, person, blocked, ""))
    fits(merge.done(person))


@settings(max_examples=30)
@given(LONG, LONG, st.booleans())
def test_forms_about_somebody_always_fit(name: str, words: str, flag: bool) -> None:
    known = Known("+17605550111", flag, since=NOON)
    fits(consent.consent(known, name, wording.CURRENT, words[:500], ZONE, "", words))
    fits(deletion.deletion(name, "+17605550111", flag, ""))
    fits(deletion.done(name, flag))
    fits(proof.waiting(name))
    fits(proof.ready(name, "https://a.example/x", "https://a.example/y", NOON))
    fits(merge.choose(name, ""))
    fits(snooze.snooze(name, NOON, ZONE, ""))
    fits(snooze.assign(name, "U0DANA", ""))
    lines = [timeline.Line(NOON, words, name)] * timeline.LINES
    fits(timeline.timeline(timeline.Page(name, "1", lines, flag, flag), ZONE, ""))
    fits(timeline.log(name, "", NOON))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - only a day
def test_mornings_are_offered_by_their_day(day: datetime) -> None:
    view = snooze.snooze("Jane", NOON + (day - datetime(2024, 1, 1)), ZONE, "")  # noqa: DTZ001
    options = view["blocks"][1]["element"]["options"]
    mornings = options[2:-1]
    assert [one["value"] for one in mornings] in (["tomorrow"], ["tomorrow", "monday"])
    assert [one["value"] for one in (*options[:2], options[-1])] == ["hour", "hours", "own"]
    assert all("09:00" in one["text"]["text"] for one in mornings)


def test_an_agent_without_a_zone_reads_universal_time() -> None:
    assert zones.of(Agent(user_id="U1")).key == "UTC"
    assert zones.of(Agent(user_id="U1", timezone="Mars/Base")).key == "UTC"
    assert zones.of(Agent(user_id="U1", timezone="Europe/London")).key == "Europe/London"


def test_zones_are_found_whatever_the_case_and_ours_come_first() -> None:
    assert zones.like("LONDON") == ["Europe/London"]
    assert zones.like("new york") == ["America/New_York"]
    assert zones.like("")[:2] == ["America/New_York", "America/Chicago"]
    assert zones.like("atlantis") == []


def test_consent_is_told_in_words() -> None:
    week = NOON - timedelta(days=7)
    told = [
        consent.standing(Known("+1", blocked, level, week), ZONE)
        for blocked, level in ((True, "written"), (False, "written"), (False, "express"))
    ]
    assert all("since February 25, 2026" in one for one in told)
    assert ["opted out" in one for one in told] == [True, False, False]
    assert ["advertising" in one for one in told] == [False, True, True]
    assert "No consent" in consent.standing(Known("+1"), ZONE)


def test_on_a_sunday_tomorrow_is_the_next_monday() -> None:
    sunday = datetime(2026, 3, 8, 12, tzinfo=UTC)
    labels = str(snooze.snooze("Jane", sunday, ZONE, ""))
    assert labels.count("Until Monday") == 1
