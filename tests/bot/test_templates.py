"""Templates by forms in the stand-in Slack, from the App Home, by the real bot over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views.home import EMPTY
from domain.model import Author, Contact, Template
from domain.rules.words.rendering import OPEN
from domain.services.automation import templates
from domain.services.automation.templates import NOT_YOURS, TAKEN
from tests.bot.events import AGENT
from tests.bot.homes import buttons, opened, press, shown, tab, words
from tests.bot.office import workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.build import customer

SAM = "U0SAM"
ME = Author(kind="agent", key=AGENT, name="Dana")
HELLO = "Hi {first_name|there}, see you on {day}."


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace where an agent looks at the templates on their page."""
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        await opened(built)
        yield built


def kept(rig: Rig, name: str = "Hello", body: str = HELLO, owner: Author = ME) -> Template:
    return templates.create(name, body, owner is ME, owner, rig.clock.now())


async def form(rig: Rig) -> dict[str, Any]:
    """The form that is open."""
    (view,) = (await rig.town.http.get("/slack")).json()["views"]
    assert isinstance(view, dict)
    return view


async def new(rig: Rig) -> dict[str, Any]:
    await tab(rig, "templates")
    await press(rig, "new_template")
    return await form(rig)


async def submit(rig: Rig, view: dict[str, Any], **state: Any) -> dict[str, Any]:
    body = {"user": AGENT, "state": state}
    answer = await rig.town.http.post(f"/slack/views/{view['id']}", json=body)
    found = answer.json()
    assert isinstance(found, dict)
    return found


async def write(rig: Rig, view: dict[str, Any], action: str = "body", **state: Any) -> str:
    """Type into the form, and read what it says then."""
    value = state[action]
    body = {"user": AGENT, "view": view["id"], "action_id": action, "value": value, "state": state}
    answer = await rig.town.http.post("/slack/actions", json=body)
    assert answer.json()["ok"], answer.text
    return words(await form(rig))


async def test_the_list_has_everybodys_and_ones_own(rig: Rig) -> None:
    kept(rig)
    kept(rig, "Sam's own", owner=Author(kind="agent", key=SAM))
    page = await tab(rig, "templates")
    assert "*Hello* · shared" in words(page)
    assert "Sam" not in words(page)
    assert len(buttons(page, "edit_template")) == 1


async def test_pages_of_ten(rig: Rig) -> None:
    for number in range(12):
        kept(rig, f"Number {number:02d}")
    assert "Number 10" not in words(await tab(rig, "templates"))
    assert "Number 10" in words(await press(rig, "home_older"))
    assert "Number 00" in words(await press(rig, "home_newer"))


async def test_a_new_one_is_kept_and_shows_on_the_page(rig: Rig) -> None:
    view = await new(rig)
    told = await submit(rig, view, name="Hello", body=HELLO, shared="me")
    assert told["ok"], told
    (made,) = Template.objects()
    assert (made.name, made.body, made.shared, made.owner) == ("Hello", HELLO, False, AGENT)
    assert "*Hello* · only yours" in words(await shown(rig))


@pytest.mark.parametrize(
    ("state", "field", "sentence"),
    [
        ({"name": "Hello", "body": "Hi"}, "name", TAKEN),
        ({"name": "Other", "body": "Hi {first_name"}, "body", OPEN),
        ({"name": " ", "body": "Hi"}, "name", "Give the template a name."),
    ],
)
async def test_what_is_wrong_is_told_below_its_field(
    rig: Rig, state: dict[str, str], field: str, sentence: str
) -> None:
    kept(rig)
    told = await submit(rig, await new(rig), **state)
    assert told["errors"][field].startswith(sentence)
    assert Template.objects.count() == 1


async def test_one_is_changed(rig: Rig) -> None:
    made = kept(rig)
    await tab(rig, "templates")
    await press(rig, "edit_template")
    view = await form(rig)
    assert "Whoever sends it fills in: day." in words(view)
    await submit(rig, view, name="Hello", body="Hi.", shared="everybody")
    assert templates.get(made.id).body == "Hi."
    assert "> Hi." in words(await shown(rig))


async def test_one_is_deleted_after_a_question(rig: Rig) -> None:
    kept(rig)
    page = await tab(rig, "templates")
    (button,) = buttons(page, "delete_template")
    assert "Hello" in button["confirm"]["text"]["text"]
    assert EMPTY["templates"] in words(await press(rig, "delete_template"))
    assert templates.listed("", AGENT) == []


async def test_somebody_elses_own_is_not_changed(rig: Rig) -> None:
    made = kept(rig)
    await tab(rig, "templates")
    Template.objects(id=made.id).update(set__owner=SAM, set__shared=False)
    await press(rig, "edit_template")
    assert NOT_YOURS in words(await form(rig))


async def test_the_preview_shows_words_weight_and_the_worst_case(rig: Rig) -> None:
    view = await new(rig)
    said = await write(rig, view, name="", body=f"{HELLO} Bye")
    assert "Hi there, see you on {day}." in said
    assert "1 segment, about US$0.0079" in said
    assert "at worst 2 segments" in said
    assert "fills in: day" in said


async def test_the_preview_is_for_a_person_that_is_chosen(rig: Rig) -> None:
    customer(rig.clock.now())
    Contact.objects.update(set__first_name="J<!here>ane", set__terms=["jane"])
    view = await new(rig)
    body = {"user": AGENT, "view": view["id"], "action_id": "sample", "value": "jane"}
    offered = (await rig.town.http.post("/slack/suggestions", json=body)).json()["options"]
    (option,) = offered
    said = await write(rig, view, "sample", sample=option, body=HELLO, name="x")
    assert "Hi J&lt;!here&gt;ane," in said


@pytest.mark.parametrize("body", ["Hi {first_name", "Hi {1}"])
async def test_what_is_no_template_yet_says_what_to_write(rig: Rig, body: str) -> None:
    said = await write(rig, await new(rig), name="", body=body)
    assert "⚠" in said
    assert "*Preview*" not in said


async def test_a_preview_that_comes_too_late_is_dropped(rig: Rig) -> None:
    view = await new(rig)
    error = {"ok": False, "error": "hash_conflict"}
    await rig.fault("views.update", "answer", status=200, body=error)
    assert "Preview" not in await write(rig, view, name="", body="Hi")


async def test_the_linter_warns_while_it_is_written_and_does_not_block(rig: Rig) -> None:
    """Row: §9.1."""
    view = await new(rig)
    said = await write(rig, view, name="Party", body="Free wine & bit.ly/x")
    assert "Looks like alcohol (“wine”)" in said
    assert "public link shortener" in said
    assert (await submit(rig, view, name="Party", body="Free wine & bit.ly/x"))["ok"]
    assert Template.objects.count() == 1
