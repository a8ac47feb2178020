"""Two on a campaign's list turn out to be one person: they get one text, whenever that shows."""

import pytest

from domain import outbox
from domain.model import Message, Recipient
from domain.services import dispatch
from domain.services.campaigns.showing import counting, exclusions
from domain.services.dispatch import Send
from domain.services.people import merging
from tests.clock import NOON
from tests.domain.audience import after_crash, fates, frozen, left, listed, people, texts, turn
from tests.domain.build import POLICY, TIMING, TOKEN, later

pytestmark = pytest.mark.usefixtures("db")
ONE_A_TURN = 12
TWICE = ("excluded", "DUPLICATE_CONTACT")


def leaving() -> list[str]:
    """The numbers of all texts that leave when their workers look."""
    numbers = []
    while claim := outbox.claim("dispatch", later(60), TIMING.lease):
        step = dispatch.next_step(claim, later(60), POLICY, TIMING)
        if isinstance(step, Send):
            numbers.append(step.text.to)
    return numbers


@pytest.mark.parametrize("keeps_texted", [False, True])
def test_who_got_it_as_another_gets_no_second(keeps_texted: bool) -> None:
    both = people(2)
    made = frozen(per_minute=ONE_A_TURN)
    (text,) = texts(made)
    left(made)
    (other,) = set(both) - {text.contact_id}
    kept, gone = (text.contact_id, other) if keeps_texted else (other, text.contact_id)
    merging.merge(kept, gone, TOKEN, later(3))
    turn(later(60))
    assert [one.id for one in texts(made)] == [text.id]
    assert sorted(fates(made), key=str) == [TWICE, ("queued", None)]


def test_a_chain_of_merges_is_one_person() -> None:
    three = people(3)
    made = frozen(per_minute=ONE_A_TURN)
    (text,) = texts(made)
    left(made)
    middle, last = (one for one in three if one != text.contact_id)
    merging.merge(middle, text.contact_id, TOKEN, later(3))
    merging.merge(last, middle, TOKEN, later(4))
    turn(later(60))
    assert len(texts(made)) == 1
    assert fates(made).count(TWICE) == 2


def test_a_turn_that_was_cut_short_before_two_merges_finds_its_text() -> None:
    first, second, third = people(3)
    made = listed()
    Recipient.objects(contact_id__ne=first).delete()
    merging.merge(second, first, TOKEN, NOON)
    turn(after_crash())
    Recipient.objects.update(set__state="waiting")
    merging.merge(third, second, TOKEN, later(40))
    turn(after_crash(later(60)))
    assert (len(texts(made)), fates(made)) == (1, [("queued", None)])


@pytest.mark.parametrize("keeps", [0, 1])
def test_merged_once_both_texts_are_made_one_leaves(keeps: int) -> None:
    both = people(2)
    made = frozen()
    merging.merge(both[keeps], both[1 - keeps], TOKEN, later(1))
    first, second = sorted(texts(made), key=lambda one: one.id)
    assert leaving() == [first.to]
    assert Message.objects.get(id=second.id).status == "refused"
    raw = {"_id": made.id, "status": "running"}
    assert counting.counted([raw])[made.id].excluded == 1
    (group,) = exclusions.grouped([raw])[made.id]
    assert (group.code, group.count) == ("DUPLICATE_CONTACT", 1)


def test_merged_once_one_has_left_the_other_stays() -> None:
    both = people(2)
    made = frozen()
    first, second = sorted(texts(made), key=lambda one: one.id)
    Message.objects(id=second.id).update(
        set__status="sent", set__attempted_at=NOON, unset__dispatch__due_at=True
    )
    merging.merge(both[0], both[1], TOKEN, later(1))
    assert leaving() == []
    assert Message.objects.get(id=first.id).status == "refused"


def test_what_was_refused_is_in_nobodys_way() -> None:
    both = people(2)
    made = frozen()
    first, second = sorted(texts(made), key=lambda one: one.id)
    Message.objects(id=first.id).update(set__status="refused", unset__dispatch__due_at=True)
    merging.merge(both[0], both[1], TOKEN, later(1))
    assert leaving() == [second.to]


def test_other_peoples_texts_leave() -> None:
    one, other, _ = people(3)
    frozen()
    merging.merge(one, other, TOKEN, later(1))
    assert len(leaving()) == 2
