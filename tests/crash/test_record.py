"""The ledger becomes a history: who was told what, and when it was first acknowledged."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.crash.record import History, Ledger, Line, Taken

CHANNEL, TS = "C1", "100.000001"


def _line(seq: int, kind: str, **data: Any) -> Line:
    return {"seq": seq, "at": float(seq), "type": kind, **data}


def _typed(seq: int, text: str, **more: Any) -> Line:
    value = {"channel": CHANNEL, "ts": TS, "user": "U0DANA", "text": text, **more}
    return _line(seq, "put", of="message", key=f"{CHANNEL}/{TS}", value=value)


def _event(seq: int, key: str, ts: str, subtype: str = "", *, good: bool = True) -> Line:
    return _line(
        seq,
        "delivery",
        method="deliver.event",
        id=key,
        attempt=0,
        acknowledged=good,
        event="message",
        subtype=subtype,
        channel=CHANNEL,
        ts=ts,
    )


def _history(*lines: Line) -> History:
    history = History()
    for line in lines:
        history.take(line)
    return history.settle()


def test_a_message_is_taken_with_the_first_good_answer() -> None:
    history = _history(
        _typed(1, "Hi"),
        _event(2, "Ev1", TS, good=False),
        _event(3, "Ev1", TS),
        _event(4, "Ev1", TS),
    )
    said = history.said[(CHANNEL, TS)]
    assert (said.begun, said.taken, said.tries) == (1, Taken(3, 3.0), 3)


def test_an_edit_is_known_by_the_next_change_of_its_channel() -> None:
    history = _history(
        _event(1, "Ev0", "99.0", "message_changed"),
        _typed(2, "Hi"),
        _typed(3, "Hi!", edited={"ts": "101.0"}),
        _event(5, "Ev2", "103.0", "message_changed"),
        _event(4, "Ev1", "102.0", "message_changed"),
    )
    (edit,) = history.said[(CHANNEL, TS)].edits
    assert (edit.body, edit.taken) == ("Hi!", Taken(4, 4.0))


def test_a_deletion_is_known_by_its_event() -> None:
    gone = _line(2, "put", of="message", key="", value={"channel": CHANNEL, "ts": TS, "deleted": 1})
    history = _history(_typed(1, "Hi"), gone, _event(3, "Ev1", "102.0", "message_deleted"))
    said = history.said[(CHANNEL, TS)]
    assert said.deleted
    assert said.deletion == Taken(3, 3.0)


def test_what_will_be_tried_again_is_under_way() -> None:
    refused = _event(2, "Ev1", TS, good=False)
    assert _history(_typed(1, "Hi"), refused).under_way() == ["Ev1"]
    given_up = refused | {"attempt": 5}
    assert _history(_typed(1, "Hi"), given_up).under_way() == []


def test_a_call_that_was_done_and_not_answered_is_remembered() -> None:
    call = {"method": "slack.auth.test", "args": {}, "done": True}
    history = _history(
        _line(1, "call", fault=None, **call), _line(2, "call", fault="drop_reply", **call)
    )
    assert history.dropped == {"slack.auth.test"}


async def test_the_file_is_followed_as_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path, 5)
    waiting = asyncio.create_task(ledger.until(lambda history: history.said, 10, "a message"))
    raw = json.dumps(_typed(1, "Hi"))
    with path.open("w") as file:
        file.write(raw[:20])
        file.flush()
        assert ledger.now().said == {}
        file.write(raw[20:] + "\n")
    assert list(await waiting) == [(CHANNEL, TS)]


async def test_what_never_comes_is_named(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="a miracle"):
        await Ledger(tmp_path / "none", 5).until(lambda history: history.said, 0, "a miracle")
