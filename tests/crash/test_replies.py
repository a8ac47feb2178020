"""Workers are killed between deciding on an automatic answer, writing it down and sending it."""

from datetime import UTC, datetime

import pytest

from tests.crash.crew import Point
from tests.crash.town import Town

PHONES = [f"+1760555{number}" for number in range(1300, 1306)]
ANSWER = "We open at nine."
DEATHS = [
    Point("worker", "before insert smsmessages status=queued"),
    Point("worker", "after insert smsmessages status=queued"),
    Point("worker", "before commitTransaction"),
    Point("worker", "after commitTransaction"),
]


async def rules(town: Town) -> None:
    """A rule is kept, as an admin's form would do it."""
    now = datetime.now(UTC)
    kept = {"name": "Hours", "key": "hours", "keywords": ["hours"], "match": "contains"}
    more = {"body": ANSWER, "enabled": True, "priority": 0, "createdAt": now, "updatedAt": now}
    await town.database["autoreplies"].insert_one(kept | more | {"rev": 1})


@pytest.mark.long
@pytest.mark.parametrize("point", DEATHS, ids=lambda one: one.name)
async def test_each_text_gets_one_answer_whoever_dies(here: Town, point: Point) -> None:
    await rules(here)
    here.crew.aim([point] * 3)
    for phone in PHONES:
        text = {"from": phone, "body": "What are your hours?"}
        (await here.http.post("/texts", json=text)).raise_for_status()
    await here.quiet()
    assert here.crew.tally.at_points[point] >= 1
    texts = here.ledger.now().settle().carried.values()
    assert sorted(one.to for one in texts if one.body == ANSWER) == PHONES
    # The judge knows what people type; that nobody typed this is what it is.
    assert [one for one in await here.judged() if ANSWER not in one] == []
