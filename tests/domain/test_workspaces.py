"""Workspaces: let in, set up, removed, back again; and a sender belongs to one of them."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from domain import values
from domain.errors import InvalidInput, NotFound, Refused
from domain.model import Thread, Workspace
from domain.services import threads, workspaces
from domain.services.workspaces import Choices
from tests.clock import NOON
from tests.domain.build import furnished, received

A, B = "T0ALPHA", "T0BETA"
ONE, TWO, SERVICE = "+17605550100", "+17605550101", "MG" + "0" * 32
OURS = (ONE, TWO, SERVICE)
LATER = NOON + timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("db")


def install(team_id: str = A, name: str = "Alpha") -> None:
    workspaces.installed(team_id, name, "U0DANA", NOON)


def ready(team_id: str = A, *senders: str, inbox: str = "C0INBOX") -> values.Workspace:
    install(team_id)
    return workspaces.set_up(team_id, Choices(inbox, senders or (ONE,)), OURS)


def wrong(team_id: str, choices: Choices) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        workspaces.set_up(team_id, choices, OURS)
    return {one.field: one.message for one in caught.value.fields}


def test_a_workspace_that_nobody_set_up_shows_nothing() -> None:
    install()
    assert workspaces.serving(A, None) is None
    assert workspaces.serving(None, ONE) is None
    assert workspaces.orphans(OURS) == list(OURS)


def test_what_was_chosen_is_how_conversations_live() -> None:
    install()
    chosen = Choices("C0INBOX", (ONE, SERVICE), agents=("U1", "U2"), own_channels=False)
    kept = workspaces.set_up(A, chosen, OURS)
    assert kept == values.Workspace(
        inbox="C0INBOX",
        team_id=A,
        agents=("U1", "U2"),
        senders=(ONE, SERVICE),
        own_channels=False,
    )
    assert workspaces.serving(A, None) == kept
    assert workspaces.serving(None, SERVICE) == kept
    assert workspaces.serving(None, TWO) is None
    assert workspaces.serving(None, None) is None
    assert workspaces.orphans(OURS) == [TWO]


def test_a_group_stands_for_its_people() -> None:
    install()
    assert workspaces.set_up(A, Choices("C0I", (ONE,), group="S1"), OURS).agents == ("S1",)


def test_a_sender_says_more_than_the_team_where_it_was_before() -> None:
    ready(A, ONE)
    ready(B, TWO)
    for team_id, sender, home in ((B, ONE, A), (B, TWO, B), (B, SERVICE, B), (B, None, B)):
        found = workspaces.serving(team_id, sender)
        assert found is not None
        assert found.team_id == home
    workspaces.removed(A, LATER)
    assert workspaces.serving(A, ONE) is None


@pytest.mark.parametrize(
    ("choices", "field", "sentence"),
    [
        (Choices("", (ONE,)), "inbox", workspaces.NO_CHANNEL),
        (Choices("general", (ONE,)), "inbox", workspaces.NO_CHANNEL),
        (Choices("D0DIRECT", (ONE,)), "inbox", workspaces.NO_CHANNEL),
        (Choices("C0I", ()), "senders", workspaces.NO_SENDERS),
        (Choices("C0I", ("+15005550006",)), "senders", "+15005550006 is not set up here"),
        (Choices("C0I", (ONE,), agents=("U1",), group="S1"), "group", workspaces.TWO_WAYS),
    ],
)
def test_what_cannot_be_is_told_at_its_field(choices: Choices, field: str, sentence: str) -> None:
    install()
    told = wrong(A, choices)
    assert list(told) == [field]
    assert sentence in told[field]
    assert workspaces.serving(A, None) is None


def test_all_that_is_wrong_is_told_at_once() -> None:
    install()
    assert set(wrong(A, Choices("", ()))) == {"inbox", "senders"}


def test_a_sender_of_another_workspace_is_not_given() -> None:
    ready(A, ONE, SERVICE)
    install(B, "Beta")
    assert "Another workspace has +17605550100" in wrong(B, Choices("C0B", (TWO, ONE)))["senders"]
    assert workspaces.serving(B, None) is None
    assert workspaces.offered(B, OURS) == [TWO]
    assert workspaces.offered(A, OURS) == list(OURS)


def test_a_sender_that_was_given_up_may_be_taken() -> None:
    ready(A, ONE, TWO)
    install(B)
    workspaces.set_up(A, Choices("C0INBOX", (ONE,)), OURS)
    assert workspaces.set_up(B, Choices("C0B", (TWO,)), OURS).senders == (TWO,)


def test_a_workspace_that_removed_us_shows_nothing_and_keeps_its_choices() -> None:
    kept = ready(A, ONE)
    assert workspaces.removed(A, LATER)
    assert workspaces.serving(A, None) is None
    assert workspaces.serving(None, ONE) is None
    assert workspaces.orphans([ONE]) == [ONE]
    workspaces.installed(A, "Alpha", "U0SAM", LATER)
    assert workspaces.serving(None, ONE) == kept
    found = workspaces.find(A)
    assert found is not None
    assert (found.installed_by, found.removed_at) == ("U0SAM", None)


def test_being_removed_twice_is_being_removed_once() -> None:
    ready()
    assert workspaces.removed(A, LATER)
    assert not workspaces.removed(A, LATER)
    assert not workspaces.removed(B, LATER)


def test_a_late_word_of_removal_does_not_undo_a_new_installation() -> None:
    ready()
    workspaces.installed(A, "Alpha", "U0DANA", LATER)
    assert not workspaces.removed(A, NOON + timedelta(minutes=5))
    assert workspaces.serving(A, None) is not None


def test_the_senders_of_one_that_removed_us_may_be_taken_over() -> None:
    ready(A, ONE, SERVICE)
    workspaces.removed(A, LATER)
    install(B)
    assert workspaces.offered(B, OURS) == list(OURS)
    workspaces.set_up(B, Choices("C0B", (ONE,)), OURS)
    back = workspaces.find(A)
    assert back is not None
    assert back.senders == [SERVICE]
    workspaces.installed(A, "Alpha", "U0DANA", LATER)
    found = workspaces.serving(None, ONE)
    assert found is not None
    assert found.team_id == B


def test_one_whose_senders_were_all_taken_must_be_set_up_again(
    db: Database[dict[str, Any]],
) -> None:
    ready(A, ONE)
    workspaces.removed(A, LATER)
    ready(B, ONE)
    workspaces.installed(A, "Alpha", "U0DANA", LATER)
    assert workspaces.serving(A, None) is None
    assert "senders" not in (db.workspaces.find_one({"teamId": A}) or {})


def test_who_is_not_installed_cannot_be_set_up() -> None:
    with pytest.raises(Refused, match="not installed"):
        workspaces.set_up(A, Choices("C0I", (ONE,)), OURS)
    ready(A)
    workspaces.removed(A, LATER)
    with pytest.raises(Refused, match="not installed"):
        workspaces.set_up(A, Choices("C0I", (ONE,)), OURS)


def test_every_change_of_a_workspace_counts() -> None:
    ready()
    seen = [workspaces.find(A)]
    workspaces.removed(A, LATER)
    seen.append(workspaces.find(A))
    assert [one.rev for one in seen if one] == [2, 3]


def test_all_are_listed_in_the_order_of_their_coming() -> None:
    workspaces.installed(B, "Beta", "U1", NOON)
    workspaces.installed(A, "Alpha", "U1", LATER)
    assert [one.name for one in workspaces.listed()] == ["Beta", "Alpha"]


def conversation(team_id: str | None) -> Thread:
    thread = threads.get(received(now=NOON).thread_id)
    furnished(thread.id, "C0JANE")
    if team_id:
        change = {"$set": {"channel.teamId": team_id}}
        Thread._get_collection().update_one({"_id": thread.id}, change)
    return threads.get(thread.id)


def test_a_conversation_that_moves_gets_a_new_place() -> None:
    thread = conversation(A)
    workspaces.moved(thread.id, A)
    assert threads.get(thread.id).channel.channel_id == "C0JANE"
    workspaces.moved(thread.id, B)
    moved = threads.get(thread.id)
    assert (moved.channel.step, moved.channel.channel_id) == ("wanted", None)
    assert moved.rev == thread.rev + 1


def test_one_that_has_no_workspace_yet_stays_where_it_is() -> None:
    thread = conversation(None)
    workspaces.moved(thread.id, B)
    assert threads.get(thread.id).channel.channel_id == "C0JANE"


def test_nobody_reaches_another_workspaces_conversations() -> None:
    thread = conversation(A)
    alpha, beta = ready(A, thread.sender), ready(B, TWO)
    assert workspaces.check_own(thread, alpha) is thread
    with pytest.raises(NotFound, match="no such conversation in this workspace"):
        workspaces.check_own(thread, beta)


def test_a_conversation_follows_its_sender() -> None:
    thread = conversation(A)
    ready(A, thread.sender)
    workspaces.removed(A, LATER)
    alpha = values.Workspace("C0INBOX", A, senders=(TWO,))
    assert workspaces.check_own(thread, alpha) is thread  # nobody else has taken it
    beta = ready(B, thread.sender)
    assert workspaces.check_own(thread, beta) is thread
    with pytest.raises(NotFound):
        workspaces.check_own(thread, alpha)


def test_the_only_workspace_owns_everything() -> None:
    thread = conversation(A)
    assert workspaces.check_own(thread, values.Workspace("C0INBOX")) is thread


teams = st.sampled_from([A, B, "T0GAMMA"])
deeds = st.tuples(st.sampled_from(["install", "remove", "set up"]), teams)
some = st.lists(st.sampled_from(OURS), min_size=1, max_size=3, unique=True)


@given(st.lists(st.tuples(deeds, some), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_sender_has_one_workspace(
    db: Database[dict[str, Any]], course: list[tuple[tuple[str, str], list[str]]]
) -> None:
    Workspace.objects.delete()
    for hour, ((deed, team), senders) in enumerate(course):
        at = NOON + timedelta(hours=hour)
        try:
            match deed:
                case "install":
                    workspaces.installed(team, team, "U1", at)
                case "remove":
                    workspaces.removed(team, at)
                case _:
                    workspaces.set_up(team, Choices("C0I", tuple(senders)), OURS)
        except (InvalidInput, Refused):
            continue
        owned = [one for held in db.workspaces.find() for one in held.get("senders", ["none"])]
        assert len([one for one in owned if one != "none"]) == len(set(owned) - {"none"})
        assert not list(db.workspaces.find({"senders": []}))


def test_a_conversation_that_is_gone_is_moved_nowhere() -> None:
    workspaces.moved(ObjectId(), B)
    assert Thread.objects.count() == 0
