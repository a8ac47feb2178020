"""What turned is owed to each workspace once, however often it is looked at."""

from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from domain.model import Alarm, Checkup
from domain.ports import Finding
from domain.services.operation import checkups, hearing, rounds, watch
from tests.clock import NOON
from tests.domain.build import received

Documents = Database[dict[str, Any]]
BAD = Finding("public_url", "failed", "Nobody answers at $PUBLIC_URL.", "Start `threadline web`.")
ODD = Finding("public_url", "warning", "It is slow.", "Wait.")
WELL = Finding("public_url", "ok", "It answers.")


def minute(number: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)


def seen(*findings: Finding, teams: tuple[str, ...] = ("",)) -> list[tuple[str, str]]:
    """After one look a minute: what is owed, by workspace."""
    start = Checkup.objects.count()
    for number, one in enumerate(findings):
        watch.look([one], minute(start + number))
        watch.owe(teams, minute(start + number))
    return [(one.state, one.team_id) for one in Alarm.objects.order_by("turned_at", "team_id")]


def test_one_failure_says_nothing_and_a_second_says_it_once(db: Documents) -> None:
    assert seen(BAD) == []
    assert seen(BAD) == [("failed", "")]
    assert seen(BAD, BAD, BAD) == [("failed", "")]
    (owed,) = Alarm.objects
    assert (owed.message, owed.fix, owed.since) == (BAD.message, BAD.fix, NOON)


def test_a_blip_either_way_says_nothing(db: Documents) -> None:
    assert seen(WELL, BAD, WELL, BAD, ODD, BAD, WELL) == []
    assert seen(BAD, BAD, WELL, BAD, WELL, BAD) == [("failed", "")]


def test_to_be_well_again_is_said_once_and_the_next_failure_anew(db: Documents) -> None:
    told = seen(BAD, BAD, WELL, ODD, WELL, BAD, BAD)
    assert told == [("failed", ""), ("fine", ""), ("failed", "")]


def test_each_workspace_is_told_and_parts_are_counted_by_themselves(db: Documents) -> None:
    other = Finding("media", "failed", "Files cannot be kept.")
    watch.look([BAD, other], minute(0))
    watch.look([BAD], minute(1))
    watch.owe(["T1", "T2"], minute(1))
    assert [(one.name, one.team_id) for one in Alarm.objects.order_by("team_id")] == [
        ("public_url", "T1"),
        ("public_url", "T2"),
    ]


def test_what_a_crash_left_untold_is_owed_by_the_next_look(db: Documents) -> None:
    """Also where some alarms were made already: none is made twice."""
    for number in range(2):
        watch.look([BAD], minute(number))
    watch.owe(["T1"], minute(1))
    db.checkups.update_one({}, {"$set": {"untold": True}})
    assert watch.owe(["T1", "T2"], minute(2)) == 1
    assert watch.owe(["T1", "T2"], minute(3)) == 0
    assert Alarm.objects.count() == 2


def test_a_look_says_whether_another_soon_is_good(db: Documents) -> None:
    assert not watch.look([WELL], minute(0))
    assert watch.look([BAD], minute(1))
    assert not watch.look([BAD], minute(2))


def test_what_is_kept_is_shown_with_its_time_until_it_is_looked_at_again(db: Documents) -> None:
    watch.look([Finding("workers", "ok", "Fine.")], NOON)
    checkups.keep([BAD, WELL], NOON)
    checkups.keep([BAD, Finding("media", "ok", "Fine.")], minute(5))
    (media, url) = checkups.kept()
    assert (media.name, media.at) == ("media", minute(5))
    assert (url.status, url.message, url.fix) == ("failed", BAD.message, BAD.fix)
    checkups.keep([], minute(6))
    assert checkups.kept() == []
    assert Checkup.objects(name="workers").count() == 1


def test_only_one_worker_makes_a_round_and_a_start_makes_it_due_soon(db: Documents) -> None:
    rounds.begin(rounds.DOCTOR, NOON)
    assert rounds.claim(rounds.DOCTOR, NOON) is None
    soon = NOON + rounds.SOON
    held = rounds.claim(rounds.DOCTOR, soon)
    assert held
    rounds.begin(rounds.DOCTOR, soon)
    assert rounds.claim(rounds.DOCTOR, soon + rounds.SOON) is None
    assert rounds.done(held, soon, rounds.EXAMINED)
    assert rounds.claim(rounds.DOCTOR, soon + rounds.SOON) is None
    rounds.begin(rounds.DOCTOR, soon)
    taken = rounds.claim(rounds.DOCTOR, soon + rounds.SOON)
    assert taken
    late = soon + rounds.SOON + rounds.LEASE
    assert rounds.claim(rounds.DOCTOR, late)
    assert not rounds.done(taken, late, rounds.EXAMINED)


def test_what_slack_tells_and_what_it_was_shown_is_known(db: Documents) -> None:
    assert hearing.of(hearing.SLACK) is None
    hearing.heard(hearing.SLACK, minute(2))
    hearing.heard(hearing.SLACK, minute(1))
    hearing.refused(hearing.SLACK, minute(3))
    known = hearing.of(hearing.SLACK)
    assert known
    assert (known.heard_at, known.refused_at) == (minute(2), minute(3))
    assert hearing.posted() is None
    message = received("Hello")
    shown = {"shadow.ts": f"{NOON.timestamp():.6f}"}
    db.smsmessages.update_one({"_id": message.id}, {"$set": shown})
    assert hearing.posted() == NOON
