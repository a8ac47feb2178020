"""What message events mean, one by one, and that nothing breaks on nonsense."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Edited, Retracted, Written, mentioned, moment, read
from domain.services.outbound import Answer
from domain.services.threads import EPOCH
from domain.values import FileRef
from tests.bot.events import (
    AGENT,
    CHANNEL,
    LATER,
    TEAM,
    TS,
    changed,
    deleted,
    edited,
    envelope,
    inner,
    our_post,
    tombstoned,
    typed,
)

ORIGIN = f"slack:{TEAM}/{CHANNEL}/{TS}"
FILE = {"id": "F1", "name": "plan.pdf", "mimetype": "application/pdf"}


def written(event: dict[str, Any], **changes: Any) -> Answer:
    found = read(envelope(event, **changes), {})
    assert isinstance(found, Written)
    return found.said


def test_a_typed_message_is_an_answer() -> None:
    said = written(typed("Hi <@U0JANE> &amp; all", client_msg_id="x"))
    assert (said.origin, said.channel_id, said.ts) == (ORIGIN, CHANNEL, TS)
    assert (said.user_id, said.team_id, said.foreign) == (AGENT, TEAM, False)
    assert (said.text, said.thread_ts, said.objection) == ("Hi @someone & all", None, None)


def test_its_time_is_exact_to_the_microsecond() -> None:
    assert written(typed()).said_at == datetime(2026, 3, 4, 20, 0, 0, 123457, tzinfo=UTC)


def test_known_people_are_called_by_their_names() -> None:
    body = envelope(typed("Ask <@U0SAM>"))
    found = read(body, {"U0SAM": "Sam"})
    assert isinstance(found, Written)
    assert found.said.text == "Ask @Sam"
    assert mentioned(body) == {"U0SAM"}


@pytest.mark.parametrize("subtype", [{}, {"subtype": "file_share"}])
def test_files_come_with_the_words(subtype: dict[str, str]) -> None:
    said = written(typed("Look", files=[FILE], **subtype))
    assert (said.text, said.objection) == ("Look", None)
    assert said.files == (FileRef("F1", "plan.pdf", "application/pdf"),)


@pytest.mark.parametrize("mode", ["tombstone", "hidden_by_limit"])
def test_a_file_that_was_removed_is_none(mode: str) -> None:
    assert written(typed(files=[{"id": "F1", "mode": mode}, "odd", {}])).files == ()


def test_a_parent_of_replies_is_still_a_message_of_its_own() -> None:
    assert written(typed(thread_ts=TS)).thread_ts is None


@pytest.mark.parametrize(
    ("event", "body", "foreign"),
    [
        ({"user_team": "T0OTHERCORP", "source_team": "T0OTHERCORP"}, {}, True),
        ({"team": "T0OTHERCORP"}, {}, True),
        ({"team": None}, {}, False),
        ({}, {"is_ext_shared_channel": True}, False),
        ({"team": "T0SISTER"}, {"enterprise_id": "E1"}, False),
    ],
)
def test_another_organisation_is_foreign(
    event: dict[str, Any], body: dict[str, Any], foreign: bool
) -> None:
    assert written(typed(**event), **body).foreign is foreign


def test_a_shared_channel_is_ours_by_the_workspace_that_installed_us() -> None:
    said = written(typed(team="T0OTHERCORP"), team_id="T0OTHERCORP")
    assert said.origin == ORIGIN
    assert said.foreign


@pytest.mark.parametrize(
    "event",
    [
        typed(thread_ts="1772650000.000100"),
        typed(thread_ts="1772650000.000100", subtype="thread_broadcast"),
        typed(bot_id="B0STANDUP", app_id="A0STANDUP"),
        typed(bot_id="B0THREADLINE", user="U0THREADLINE"),
        typed(app_id="A0ANYTHING"),
        typed(user="USLACKBOT"),
        typed(user=None),
        typed(ts="soon"),
        typed(ts=1772654400.123457),
        typed(channel=None),
        our_post(),
        *(
            typed(subtype=subtype)
            for subtype in (
                "me_message",
                "channel_join",
                "channel_leave",
                "channel_topic",
                "channel_purpose",
                "group_join",
                "pinned_item",
                "reminder_add",
                "message_replied",
                "tombstone",
                "ekm_access_denied",
                "something_new",
            )
        ),
        {"type": "reaction_added", "user": AGENT},
        {"type": "user_change", "user": {"id": AGENT}},
    ],
)
def test_everything_else_that_appears_leaves_nobody(event: dict[str, Any]) -> None:
    assert read(envelope(event), {}) is None


def test_an_edit_brings_the_new_words_and_its_own_time() -> None:
    found = read(envelope(edited("Hi Jane!")), {})
    assert isinstance(found, Edited)
    assert (found.said.origin, found.said.text, found.note) == (ORIGIN, "Hi Jane!", False)
    assert found.said.edited_ts == "1772654450.000000"
    assert found.said.said_at == moment(TS)


def test_an_edit_without_a_time_of_its_own_has_the_events() -> None:
    found = read(envelope(changed(inner("New"), inner("Old"))), {})
    assert isinstance(found, Edited)
    assert found.said.edited_ts == LATER


def test_adding_or_removing_a_file_is_an_edit() -> None:
    found = read(envelope(changed(inner(files=[FILE]), inner())), {})
    assert isinstance(found, Edited)
    assert [one.id for one in found.said.files] == ["F1"]
    assert isinstance(read(envelope(changed(inner(), inner(files=[FILE]))), {}), Edited)


@pytest.mark.parametrize(
    "change",
    [
        changed(inner(attachments=[{"title": "A page"}]), inner()),
        changed(inner(thread_ts=TS, reply_count=1, reply_users=["U1"]), inner()),
        changed(inner("New", bot_id="B0STANDUP"), inner("Old", bot_id="B0STANDUP")),
        changed(
            {**our_post(), "text": "New"},
            our_post(),
        ),
        changed({"text": "New", "ts": TS, "username": "Jane", "bot_id": "B0THREADLINE"}, {}),
        changed(inner("New", subtype="channel_topic"), inner("Old", subtype="channel_topic")),
        {"type": "message", "subtype": "message_changed", "channel": CHANNEL},
        {"type": "message", "subtype": "message_changed", "message": "x", "channel": CHANNEL},
    ],
)
def test_what_is_no_edit_by_an_agent_changes_nothing(change: dict[str, Any]) -> None:
    assert read(envelope(change), {}) is None


def test_an_edited_reply_counts_only_if_it_was_sent() -> None:
    found = read(envelope(edited("New", thread_ts="1772650000.000100")), {})
    assert isinstance(found, Edited)
    assert found.note
    assert found.said.thread_ts == "1772650000.000100"


@pytest.mark.parametrize("event", [deleted(), tombstoned()])
def test_a_deletion_takes_the_text_back(event: dict[str, Any]) -> None:
    found = read(envelope(event), {})
    assert isinstance(found, Retracted)
    assert (found.said.origin, found.said.user_id, found.note) == (ORIGIN, AGENT, False)


def test_a_deleted_reply_counts_only_if_it_was_sent() -> None:
    found = read(envelope(deleted(thread_ts="1772650000.000100")), {})
    assert isinstance(found, Retracted)
    assert found.note


def test_a_deletion_that_does_not_say_whose_counts_only_for_what_we_know() -> None:
    event = {**deleted(), "previous_message": None}
    found = read(envelope(event), {})
    assert isinstance(found, Retracted)
    assert (found.note, found.said.user_id) == (True, "")


@pytest.mark.parametrize(
    "previous",
    [our_post(), inner(bot_id="B0STANDUP"), inner(subtype="channel_join")],
)
def test_a_deleted_post_of_ours_or_anothers_is_nothing(previous: dict[str, Any]) -> None:
    assert read(envelope({**deleted(), "previous_message": previous}), {}) is None


@pytest.mark.parametrize("ts", ["", "1", "1.1", "-1.000000", "1e9.000000", "١.000000", "1.0000000"])
def test_what_is_no_timestamp_is_no_moment(ts: str) -> None:
    assert moment(ts) is None


@given(st.integers(0, 9_999_999_999), st.integers(0, 999_999))
def test_moments_keep_every_digit(seconds: int, fraction: int) -> None:
    found = moment(f"{seconds}.{fraction:06d}")
    assert found is not None
    assert found - EPOCH == timedelta(seconds=seconds, microseconds=fraction)


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["user", "text", "ts", "message", "files", "edited", "team", "id"]),
            inside,
            max_size=4,
        )
    ),
    max_leaves=8,
)
subtypes = st.sampled_from([None, "", "file_share", "message_changed", "message_deleted", 7])
fields = st.sampled_from(
    ["user", "text", "ts", "channel", "files", "message", "previous_message", "deleted_ts"]
)


@given(
    st.dictionaries(fields, scraps),
    subtypes,
    st.dictionaries(
        st.sampled_from(["team_id", "authorizations", "api_app_id", "enterprise", "event"]), scraps
    ),
)
def test_no_garbage_raises(event: Any, subtype: Any, body: Any) -> None:
    read(body, {})
    whole = envelope({**typed(), **event, "type": "message", "subtype": subtype})
    read({**body, "event": whole["event"]}, {})
    read({**whole, **body}, {})
    mentioned(body)
