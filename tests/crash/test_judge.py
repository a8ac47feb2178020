"""The judge itself: silent where all is well, and outspoken about each kind of breach."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.crash.judge import Case, verdict
from tests.crash.record import Attempt, Carried, History, Inbound, Said, Shown, Taken, Version

PHONE, OTHER = "+17605551000", "+17605551001"
CHANNEL = "C1"
DONE = frozenset({"heavy_check_mark", "white_check_mark"})
LEASE = 3.0


def _taken(seq: int, at: float | None = None) -> Taken:
    return Taken(seq, float(seq) if at is None else at)


@dataclass
class Scene:
    """A customer wrote twice and an agent answered twice; all went well."""

    history: History = field(default_factory=History)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    unkept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history.channels[CHANNEL] = {"id": CHANNEL, "name": "sms-1000", "private": True}
        self.post("Texts with +17605551000", "0.1", "card:t1")
        self.text("SM1", "one", 10)
        self.text("SM2", "two", 20)
        self.answer("1.1", "yes", 30)
        self.answer("1.2", "no", 40)

    def text(self, sid: str, body: str, seq: int) -> None:
        """A text that was taken and shown."""
        self.history.inbound[sid] = Inbound(sid, PHONE, body, seq, _taken(seq + 1), settled=True)
        self.shown(body, f"0.{seq}")

    def shown(self, body: str, ts: str) -> None:
        """The product posts."""
        self.history.shown[(CHANNEL, ts)] = Shown(CHANNEL, ts, body)

    def post(self, text: str, ts: str, key: str) -> None:
        """The product posts something that can be found by its key."""
        self.history.shown[(CHANNEL, ts)] = Shown(CHANNEL, ts, text, key)

    def answer(self, ts: str, body: str, seq: int) -> None:
        """An answer that was taken, carried and marked."""
        said = Said(CHANNEL, ts, body, seq, _taken(seq + 1), reactions=DONE)
        self.history.said[(CHANNEL, ts)] = said
        self.messages[f"slack:T/{CHANNEL}/{ts}"] = {"status": "delivered", "body": body}
        self.carried(body, seq + 2)

    def carried(self, body: str, seq: int) -> None:
        """Twilio takes a text."""
        self.history.attempts.append(Attempt(seq, float(seq), PHONE, body))
        sid = f"SM{body}{seq}"
        self.history.carried[sid] = Carried(sid, PHONE, body, seq, "delivered", {"delivered"})

    def forget_carried(self, body: str) -> None:
        """As if Twilio had never had it."""
        kept = {key: one for key, one in self.history.carried.items() if one.body != body}
        self.history.carried = kept

    def said(self, ts: str) -> Said:
        """An agent's message."""
        return self.history.said[(CHANNEL, ts)]

    def decided(self, ts: str, **fields: Any) -> None:
        """The product's document about it."""
        self.messages[f"slack:T/{CHANNEL}/{ts}"] |= fields

    def verdict(self) -> list[str]:
        """What the judge says, as the first word of each complaint."""
        case = Case(self.history, self.messages, {CHANNEL: PHONE}, LEASE, self.unkept)
        return [complaint.partition(":")[0] for complaint in verdict(case)]


def _lost_text(scene: Scene) -> None:
    del scene.history.shown[(CHANNEL, "0.10")]


def _doubled_text(scene: Scene) -> None:
    scene.shown("one", "0.11")


def _swapped_texts(scene: Scene) -> None:
    del scene.history.shown[(CHANNEL, "0.10")]
    scene.shown("one", "0.30")


def _second_channel(scene: Scene) -> None:
    scene.history.channels["C2"] = {"id": "C2", "name": "sms-1000-2", "private": True}


def _doubled_card(scene: Scene) -> None:
    scene.post("Texts with Jane", "0.2", "card:t1")


def _no_card(scene: Scene) -> None:
    del scene.history.shown[(CHANNEL, "0.1")]


def _unkept(scene: Scene) -> None:
    scene.unkept.append(CHANNEL)


def _unknown_answer(scene: Scene) -> None:
    del scene.messages[f"slack:T/{CHANNEL}/1.1"]


def _answer_never_carried(scene: Scene) -> None:
    scene.forget_carried("yes")


def _doubled_answer(scene: Scene) -> None:
    scene.carried("yes", 50)


def _swapped_answers(scene: Scene) -> None:
    scene.forget_carried("yes")
    scene.carried("yes", 60)


def _untyped(scene: Scene) -> None:
    scene.carried("buy now", 70)


def _carried_though_refused(scene: Scene) -> None:
    scene.text("SM3", "STOP", 80)
    scene.decided("1.1", status="refused", errorMessage="No.")
    for one in scene.history.carried.values():
        one.told.clear()
    scene.said("1.1").reactions = frozenset({"exclamation"})


def _withheld(scene: Scene) -> None:
    scene.forget_carried("yes")
    scene.decided("1.1", status="canceled")
    scene.said("1.1").reactions = frozenset()


def _after_the_stop(scene: Scene) -> None:
    scene.text("SM3", "STOP", 80)
    scene.history.attempts.append(Attempt(82, 82.0, PHONE, "no"))


def _deleted_in_time(scene: Scene) -> None:
    _withheld(scene)
    scene.history.attempts = [one for one in scene.history.attempts if one.body != "yes"]
    scene.said("1.1").deleted, scene.said("1.1").deletion = True, _taken(31)


def _deleted_and_carried(scene: Scene) -> None:
    scene.said("1.1").deleted, scene.said("1.1").deletion = True, _taken(33)


def _deleted_and_tried_late(scene: Scene) -> None:
    _deleted_in_time(scene)
    scene.history.attempts.append(Attempt(34, 33 + LEASE + 0.1, PHONE, "yes"))


def _edit_lost(scene: Scene) -> None:
    scene.said("1.1").edits.append(Version("yes!", "1.15", _taken(33)))


def _another_wording(scene: Scene) -> None:
    scene.said("1.1").edits.append(Version("yes!", "1.15", _taken(33)))
    scene.decided("1.1", body="yes!")


def _edited_and_tried_late(scene: Scene) -> None:
    scene.said("1.1").edits.append(Version("yes!", "1.15", _taken(33)))
    scene.decided("1.1", body="yes!")
    scene.forget_carried("yes")
    scene.carried("yes!", 35)
    scene.history.attempts.append(Attempt(34, 33 + LEASE + 0.1, PHONE, "yes"))


def _report_ignored(scene: Scene) -> None:
    scene.decided("1.1", status="sent")
    scene.said("1.1").reactions = frozenset({"heavy_check_mark"})


def _wrong_mark(scene: Scene) -> None:
    scene.said("1.1").reactions = frozenset({"hourglass_flowing_sand"})


def _left_open(scene: Scene) -> None:
    scene.decided("1.1", relay={"state": "due", "due_at": 1})


BREACHES: list[tuple[Callable[[Scene], None], str]] = [
    (_lost_text, "lost"),
    (_doubled_text, "twice"),
    (_swapped_texts, "order"),
    (_second_channel, "channel"),
    (_unknown_answer, "lost"),
    (_answer_never_carried, "lost"),
    (_doubled_answer, "twice"),
    (_swapped_answers, "order"),
    (_untyped, "against the decision"),
    (_carried_though_refused, "against the decision"),
    (_withheld, "withheld"),
    (_after_the_stop, "stop"),
    (_deleted_and_carried, "deleted"),
    (_deleted_and_tried_late, "deleted"),
    (_edit_lost, "edited"),
    (_another_wording, "edited"),
    (_edited_and_tried_late, "edited"),
    (_report_ignored, "status"),
    (_wrong_mark, "marks"),
    (_left_open, "open"),
    (_doubled_card, "twice"),
    (_no_card, "card"),
    (_unkept, "open"),
]


def test_the_judge_is_silent_where_all_is_well() -> None:
    assert Scene().verdict() == []


@pytest.mark.parametrize(("breach", "word"), BREACHES, ids=[one.__name__ for one, _ in BREACHES])
def test_the_judge_names_a_breach(breach: Callable[[Scene], None], word: str) -> None:
    scene = Scene()
    breach(scene)
    assert set(scene.verdict()) == {word}


def _unacknowledged(scene: Scene) -> None:
    _lost_text(scene)
    scene.history.inbound["SM1"].taken = None


def _overlapping(scene: Scene) -> None:
    _swapped_texts(scene)
    scene.history.inbound["SM1"].taken = _taken(21)


def _told_too_late(scene: Scene) -> None:
    _edit_lost(scene)
    scene.decided("1.1", notices=[{"key": "edit:1.15"}])


def _nobody_knows(scene: Scene) -> None:
    scene.decided("1.1", status="unknown", errorMessage="Nobody knows.")
    scene.forget_carried("yes")
    scene.said("1.1").reactions = frozenset({"exclamation"})


@pytest.mark.parametrize(
    "event", [_unacknowledged, _overlapping, _deleted_in_time, _told_too_late, _nobody_knows]
)
def test_the_judge_holds_nobody_to_what_was_not_promised(event: Callable[[Scene], None]) -> None:
    scene = Scene()
    event(scene)
    assert scene.verdict() == []


def test_a_text_for_another_customer_is_not_taken_for_this_one_s() -> None:
    scene = Scene()
    one = next(iter(scene.history.carried.values()))
    scene.history.carried[one.sid] = replace(one, to=OTHER)
    assert set(scene.verdict()) == {"lost", "against the decision"}
