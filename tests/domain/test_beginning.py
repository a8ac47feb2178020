"""A campaign begins as it was looked at: nobody's change, and no template's, slips in between."""

from collections.abc import Callable

import pytest
from bson import ObjectId

from domain.errors import Conflict, DomainError, Refused
from domain.model import Author, Campaign, Template
from domain.services.automation import templates
from domain.services.campaigns.planning import drafting, previewing, starting, trials
from domain.services.campaigns.sending import running, steering
from tests.clock import NOON
from tests.domain.audience import drafted, people, phone, plan, started
from tests.domain.build import POLICY, later, race

pytestmark = pytest.mark.usefixtures("db")
ANN, EVE = (Author(kind="agent", key=f"U{name}", name=name) for name in ("Ann", "Eve"))
ROUNDS = 12


def template() -> Template:
    return templates.create("Sale", "Hello {first_name}", True, EVE, NOON)


def reworded(made: Template, body: str, shared: bool = True) -> None:
    templates.change(made.id, made.name, body, shared, EVE, NOON)


def written_by_ann(made: Template) -> Campaign:
    return drafting.create(plan(body=None, template_id=str(made.id)), ANN, NOON, POLICY)


def code_of(act: Callable[[], object]) -> str | None:
    """How it fails, or None."""
    try:
        act()
    except DomainError as error:
        return error.code
    return None


def changed(own: ObjectId, **told: object) -> str | None:
    return code_of(lambda: drafting.change(own, plan(body="New", **told), NOON, POLICY))


def test_what_was_changed_since_it_was_read_does_not_begin() -> None:
    read = drafted()
    assert changed(read.id, start_at=later(days=1)) is None
    with pytest.raises(Conflict, match="was changed since"):
        steering.begin(read, NOON)
    assert drafting.get(read.id).status == "draft"
    assert steering.start(read.id, NOON).status == "scheduled"


def test_started_while_it_is_changed_it_is_one_or_the_other() -> None:
    for _ in range(ROUNDS):
        _started_and_changed(drafted(body="Old").id)


def _started_and_changed(own: ObjectId) -> None:
    race(
        lambda: code_of(lambda: steering.start(own, NOON)),
        lambda: changed(own, start_at=later(days=1)),
    )
    found = drafting.get(own)
    if found.body == "Old":
        assert (found.status, found.start_at) == ("running", None)
    else:
        assert (found.body, found.start_at) == ("New", later(days=1))
        assert found.status in ("draft", "scheduled")
        assert found.run is None or found.run.due_at == later(days=1)
    steering.cancel(own, NOON)


def test_its_time_comes_while_it_is_changed() -> None:
    for _ in range(ROUNDS):
        _claimed_and_changed(started(start_at=later(60), body="Old").id)


def _claimed_and_changed(own: ObjectId) -> None:
    held, late = race(
        lambda: running.claim(later(61)), lambda: changed(own, start_at=later(days=1))
    )
    found = drafting.get(own)
    if isinstance(held, Campaign):
        assert (held.body, held.status, late) == ("Old", "running", "TOO_LATE")
        assert (found.body, found.rev) == ("Old", held.rev)
    else:
        assert (late, found.body, found.status) == (None, "New", "scheduled")
    steering.cancel(own, NOON)


def test_words_of_a_template_that_nobody_looked_at_do_not_leave() -> None:
    people(1)
    made = template()
    own = written_by_ann(made).id
    seen = previewing.preview(own, NOON, POLICY).looked_at
    reworded(made, "You owe me money, {first_name}")
    with pytest.raises(Conflict, match="was changed since"):
        starting.start(own, NOON, POLICY, seen)
    assert drafting.get(own).status == "draft"
    again = previewing.preview(own, NOON, POLICY).looked_at
    begun = starting.start(own, NOON, POLICY, again)
    assert (begun.status, begun.body) == ("running", "You owe me money, {first_name}")


def test_once_it_is_scheduled_its_template_is_no_more_looked_at() -> None:
    people(1)
    made = template()
    own = written_by_ann(made).id
    drafting.change(
        own, plan(body=None, template_id=str(made.id), start_at=later(60)), NOON, POLICY
    )
    steering.start(own, NOON)
    reworded(made, "Other words")
    (sample,) = previewing.preview(own, NOON, POLICY).samples
    assert "Hello P0" in sample.body


def test_a_template_that_was_made_private_is_nobody_elses_words() -> None:
    people(1)
    made = template()
    own = written_by_ann(made).id
    reworded(made, "Secret of Eve", shared=False)
    for act in (
        lambda: steering.start(own, NOON),
        lambda: starting.start(own, NOON, POLICY),
        lambda: previewing.preview(own, NOON, POLICY),
        lambda: trials.send(own, phone(0), EVE, NOON, POLICY),
    ):
        assert code_of(act) == "FORBIDDEN"
    found = drafting.get(own)
    assert (found.status, found.body) == ("draft", "Hello {first_name}")


def test_it_is_not_given_a_template_that_its_author_may_not_use() -> None:
    made = template()
    own = written_by_ann(made).id
    reworded(made, "Secret of Eve", shared=False)
    with pytest.raises(Refused) as found:
        drafting.change(own, plan(body=None, template_id=str(made.id)), NOON, POLICY)
    assert found.value.code == "FORBIDDEN"
    assert found.value.help
