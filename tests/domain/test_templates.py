"""Templates: kept by name, one's own or shared, rendered for a person."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import Conflict, DomainError, InvalidInput, NotFound, Refused
from domain.model import Author, Message, Template
from domain.services.automation import filling, shipping, templates, usage
from tests.clock import NOON
from tests.domain.build import AGENT, answered, conversation, customer, later

pytestmark = pytest.mark.usefixtures("db")
ANN, BOB = Author(kind="agent", key=AGENT), Author(kind="agent", key="U2")


def made(
    name: str = "Viewing",
    body: str = "Hi {first_name|there}",
    shared: bool = True,
    author: Author = ANN,
) -> Template:
    """A template, Ann's unless said otherwise."""
    return templates.create(name, body, shared, author, NOON)


def names(query: str = "", agent_id: str | None = AGENT) -> list[str]:
    return [one.name for one in templates.listed(query, agent_id)]


def test_a_template_is_found_by_the_beginning_of_any_word() -> None:
    made("Open House Reminder")
    made("price drop")
    assert names() == ["Open House Reminder", "price drop"]
    assert names("hou") == names("remind open") == ["Open House Reminder"]
    assert names("ouse") == []


def test_ones_own_is_seen_by_nobody_else() -> None:
    made("Mine", shared=False)
    made("Ours")
    assert names() == ["Mine", "Ours"]
    assert names(agent_id="U2") == names(agent_id=None) == ["Ours"]


def test_a_name_is_there_once_on_each_desk() -> None:
    made("Viewing")
    with pytest.raises(Conflict, match="already"):
        made("  VIEWING ")
    made("Viewing", shared=False)
    made("Viewing", shared=False, author=BOB)


def test_two_at_once_make_one() -> None:
    def attempt(_: int) -> str:
        try:
            return str(made("Race").id)
        except Conflict:
            return "taken"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, range(4)))
    assert told.count("taken") == 3


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as told:
        templates.create(" ", "", True, Author(), NOON)
    assert [one.field for one in told.value.fields] == ["name", "body"]


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("", "Hi", "name"),
        ("x" * 101, "Hi", "name"),
        ("a\u0007", "Hi", "name"),
        ("A", " \n", "body"),
        ("A", "x" * 1_601, "body"),
        ("A", "Hi {", "body"),
        ("A", "Hi\u0000", "body"),
    ],
)
def test_what_cannot_be_a_template_is_refused_by_its_field(
    name: str, body: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        made(name, body)
    assert [one.field for one in raised.value.fields] == [field]
    assert not Template.objects


def test_a_change_keeps_the_name_unique() -> None:
    first, _ = made("A"), made("B")
    changed = templates.change(first.id, "C", "Bye", True, BOB, later(5))
    assert (changed.name, changed.body, changed.updated_at) == ("C", "Bye", later(5))
    with pytest.raises(Conflict):
        templates.change(first.id, "b", "Bye", True, BOB, later(6))
    assert names() == ["B", "C"]


def test_ones_own_is_changed_by_nobody_else() -> None:
    own = made("Mine", shared=False)
    with pytest.raises(Refused):
        templates.change(own.id, "Theirs", "x", False, BOB, NOON)
    with pytest.raises(Refused):
        templates.remove(own.id, BOB, NOON)


def test_a_removed_one_frees_its_name() -> None:
    templates.remove(made("A").id, ANN, NOON)
    assert names() == []
    again = made("A")
    assert templates.get(again.id).name == "A"


def test_a_removed_one_is_not_there() -> None:
    gone = templates.remove(made().id, ANN, NOON)
    with pytest.raises(NotFound):
        templates.get(gone.id)
    with pytest.raises(NotFound):
        templates.change(gone.id, "A", "B", True, ANN, NOON)
    with pytest.raises(NotFound):
        templates.remove(gone.id, ANN, NOON)


@pytest.mark.parametrize("wrong", ["", "x", None, "0" * 24])
def test_an_id_that_nobody_has_is_not_found(wrong: object) -> None:
    with pytest.raises(NotFound):
        templates.get(wrong)


def test_a_number_is_no_first_name() -> None:
    stranger = customer()
    assert filling.rendered(made(), stranger) == "Hi there"


def test_a_person_is_called_by_their_name() -> None:
    person = customer()
    person.first_name, person.last_name = "Jane", "Doe"
    person.custom_fields = {"Agent Name": "Ann", "first_name": "Eve"}
    body = made(body="{name}, {agent_name} here; {day}")
    assert filling.rendered(body, person, {"Day": "Friday"}) == "Jane Doe, Ann here; Friday"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(DomainError) as raised:
        filling.rendered(made(body="{listing} {price}"), customer())
    assert raised.value.code == "MISSING_VARIABLE"
    assert "listing, price" in raised.value.message
    assert [one.field for one in raised.value.fields] == ["variables.listing", "variables.price"]


def test_uses_are_counted_from_the_texts() -> None:
    conversation()
    template, message = made(), answered()
    Message.objects(id=message.id).update_one(set__template_id=template.id)
    usage.count(template.id)
    usage.count(template.id)
    assert templates.get(template.id).times_used == 1


def test_the_products_own_come_once() -> None:
    assert shipping.ship(NOON) == list(shipping.SHIPPED)
    templates.remove(templates.listed("price", None)[0].id, ANN, NOON)
    assert shipping.ship(NOON) == []
    assert names() == ["New Listing Alert", "Open House Reminder"]


def test_a_name_that_is_taken_is_left_to_those_who_have_it() -> None:
    made("New Listing Alert", "Ours")
    assert "New Listing Alert" not in shipping.ship(NOON)
    assert templates.listed("listing", None)[0].body == "Ours"
