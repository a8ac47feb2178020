"""Campaigns by forms in the stand-in Slack: written, looked at, started and steered."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db
from slack_sdk.web.async_client import AsyncWebClient

from adapters.mongo.files import DatabaseFiles
from bot.desk import Desk
from bot.listeners import dryruns
from bot.members import ADMINS_ONLY
from bot.planning import NOBODY
from bot.views import campaign as form
from bot.views import dryrun
from domain.model import Agent, Author, Campaign, Contact, Import, Message
from domain.services.automation import templates
from domain.services.campaigns.planning import drafting
from domain.services.campaigns.sending import steering
from domain.services.tables import importing
from tests.anytime import POLICY
from tests.bot.campaigns import GIVEN, all_words, labels, saved
from tests.bot.events import AGENT, TEAM
from tests.bot.hand import Hand, element, small_print, words
from tests.bot.homes import opened, press, tab, wait
from tests.bot.homes import words as said
from tests.bot.office import Office, workspace
from tests.bot.rig import Rig
from tests.clock import FakeClock
from tests.domain.audience import TAG, drafted, people, phone
from tests.domain.build import TIMING

SAM = "U0SAM"
ME = Author(kind="agent", key=AGENT, name="Dana")


@pytest.fixture
async def rig(db: object) -> AsyncIterator[Rig]:
    """A workspace whose clock is the machine's, and three people who agreed to advertising."""
    people(3)
    async with workspace(FakeClock(datetime.now(UTC))) as (built, _):
        yield built


@pytest.fixture
def dana(rig: Rig) -> Hand:
    """An admin."""
    return Hand(rig)


@pytest.fixture
def sam(rig: Rig) -> Hand:
    """An agent."""
    return Hand(rig, SAM)


async def test_saving_shows_who_gets_it_and_what_it_costs(dana: Hand) -> None:
    view = await saved(dana)
    shown = all_words(view)
    assert "*3 people* get this text" in words(view).replace("*.", "*")
    assert "> Hi P" in shown
    assert "about US$" in shown
    assert labels(view) == ["Start", "Test", "Change"]
    made = Campaign.objects.get()
    assert (made.status, made.name, made.author.key) == ("draft", "Open house", AGENT)


async def test_the_question_before_the_start_names_people_and_price(dana: Hand) -> None:
    view = await saved(dana)
    (start,) = [one for one in view["blocks"][-1]["elements"] if one["text"]["text"] == "Start"]
    asked = start["confirm"]["text"]["text"]
    assert asked.startswith("3 people get a text, about US$")


async def test_it_is_started_from_there(dana: Hand) -> None:
    await saved(dana)
    told = await dana.press("campaign_start")
    assert told["ok"], told
    assert Campaign.objects.get().status == "running"
    assert dryrun.BEGUN in words(await dana.top())


async def test_what_was_changed_meanwhile_is_looked_at_again_first(dana: Hand) -> None:
    await saved(dana)
    Campaign.objects.update(inc__rev=1, set__body="Other words")
    await dana.press("campaign_start")
    assert "was changed since" in words(await dana.top())
    assert Campaign.objects.get().status == "draft"


async def test_an_agent_writes_and_an_admin_starts(rig: Rig, sam: Hand) -> None:
    view = await saved(sam)
    assert dryrun.ADMINS in words(view)
    assert labels(view) == ["Test", "Change"]
    await opened(rig, SAM)
    page = await tab(rig, "campaigns", SAM)
    assert "Open house" in said(page)
    Campaign.objects.update(set__status="paused")
    await tab(rig, "campaigns", SAM)
    await press(rig, "campaign_results", SAM)
    assert "Resume" not in labels(await sam.top())
    await tab(rig, "campaigns", SAM)
    await press(rig, "campaign_resume", SAM)
    assert ADMINS_ONLY in words(await sam.top())
    assert Campaign.objects.get().status == "paused"


@pytest.mark.parametrize(
    ("state", "field", "sentence"),
    [
        ({"name": " "}, "name", "This is required."),
        ({form.ANY: ""}, form.ANY, NOBODY),
        ({form.TEXT: "Hi {first_name"}, "text", "A brace stands alone."),
        ({form.PEOPLE: "760-555-0999"}, form.PEOPLE, "These are no contacts: 760-555-0999."),
        ({form.PEOPLE: "nonsense"}, form.PEOPLE, "There are no contacts with these ids"),
        ({form.PACE: "0"}, form.PACE, "A campaign sends 1 to"),
        ({form.DATE: "2031-01-01"}, form.TIME, "Give the day and the time"),
        ({form.DATE: "2020-01-01", form.TIME: "09:00"}, form.DATE, "This moment has passed"),
        ({form.TERMS: "nowhere"}, form.TERMS, "Give the page's address"),
    ],
)
async def test_what_is_wrong_is_told_below_its_field(
    dana: Hand, state: dict[str, str], field: str, sentence: str
) -> None:
    await dana.asked("campaign")
    told = await dana.submit(**(GIVEN | state))
    assert told["errors"][field].startswith(sentence), told
    assert Campaign.objects.count() == 0


async def test_a_form_whose_answer_was_lost_changes_what_it_made(rig: Rig, dana: Hand) -> None:
    view = await dana.asked("campaign")
    typed = {**GIVEN, form.PACE: "60"}
    values: dict[str, Any] = {name: {name: {"value": value}} for name, value in typed.items()}
    values |= {form.PURPOSE: {form.PURPOSE: {"selected_option": {"value": "marketing"}}}}
    lost: dict[str, Any] = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": AGENT}}
    office = Office(rig.town.config.product_url, rig.clock)
    lost["view"] = view | {"state": {"values": values}}
    assert (await asyncio.to_thread(office.interact, lost)).status_code == 200
    assert Campaign.objects.get().name == "Open house"
    told = await dana.submit(**(GIVEN | {"name": "Another name"}))
    assert not told["errors"], told
    assert Campaign.objects.get().name == "Another name"


async def test_people_may_be_named_by_number_or_id(dana: Hand) -> None:
    one = people(1, 50)[0]
    listed = f"{phone(0)}\n{phone(1)}; {one}"
    await saved(dana, **{form.ANY: "", form.PEOPLE: listed})
    kept = Campaign.objects.get().audience
    assert len(kept.contact_ids) == 3
    assert one in kept.contact_ids
    assert kept.filter == {}


async def test_all_parts_of_the_audience_are_kept_and_shown_again(dana: Hand) -> None:
    state = {form.ALL: f"{TAG}, buyer", form.STATUS: ["new", "client"], form.SEARCH: "Doe"}
    await saved(dana, **state)
    kept = Campaign.objects.get().audience.filter
    assert kept == {
        "tags_any": [TAG],
        "tags_all": [TAG, "buyer"],
        "status": ["new", "client"],
        "search": "Doe",
    }
    await dana.press("campaign_edit")
    view = await dana.top()
    assert element(view, form.ALL)["initial_value"] == f"{TAG}, buyer"
    chosen = element(view, form.STATUS)["initial_options"]
    assert [one["value"] for one in chosen] == ["new", "client"]


async def test_what_the_form_has_no_field_for_stays(rig: Rig, dana: Hand) -> None:
    made = drafted(rig.clock.now(), tags=("spring",))
    Campaign.objects.update(set__audience__filter={"tags_any": [TAG], "sms_opt_in": True})
    await opened(rig)
    await tab(rig, "campaigns")
    await press(rig, "campaign_edit")
    told = await dana.submit(name="Renamed")
    assert not told["errors"], told
    after = drafting.get(made.id)
    assert (after.name, after.tags) == ("Renamed", ["spring"])
    assert after.audience.filter == {"tags_any": [TAG], "sms_opt_in": True}


async def test_how_many_fit_and_what_it_weighs_shows_while_it_is_written(dana: Hand) -> None:
    await dana.asked("campaign")
    assert "3 contacts fit" in str(small_print(await dana.choose(form.ANY, TAG)))
    view = await dana.choose(form.TEXT, "Free wine for {first_name|all}!", **{form.ANY: TAG})
    told = "\n".join(small_print(view))
    assert "Each: 1 segment" in told
    assert "Looks like alcohol" in told
    assert "3 contacts fit" in told


async def test_tags_are_found_in_other_capitals(dana: Hand) -> None:
    Contact.objects.update(push__tags="Open House")
    await dana.asked("campaign")
    typed = f"{TAG.title()}, open house"
    assert "3 contacts fit" in str(small_print(await dana.choose(form.ANY, typed)))
    told = str(small_print(await dana.choose(form.ANY, f"{TAG}, byuer")))
    assert "No contact has these tags: byuer." in told
    await dana.submit(**(GIVEN | {form.ANY: typed, form.ALL: TAG.upper()}))
    kept = Campaign.objects.get().audience.filter
    assert kept == {"tags_any": [TAG, "Open House"], "tags_all": [TAG]}


async def test_a_template_fills_the_words_in_and_stays_one(rig: Rig, dana: Hand) -> None:
    made = templates.create("Hello", "Hi {first_name|there}.", True, ME, rig.clock.now())
    await dana.asked("campaign")
    option = {"text": {"type": "plain_text", "text": "Hello"}, "value": str(made.id)}
    view = await dana.choose("template", option)
    assert element(view, form.TEXT)["initial_value"] == "Hi {first_name|there}."
    await dana.submit(**{"name": "Hello", form.ANY: TAG})
    kept = Campaign.objects.get()
    assert (str(kept.template_id), kept.body) == (str(made.id), "Hi {first_name|there}.")


async def test_words_of_a_template_that_were_changed_are_the_campaigns_own(
    rig: Rig, dana: Hand
) -> None:
    made = templates.create("Hello", "Hi {first_name|there}.", True, ME, rig.clock.now())
    await dana.asked("campaign")
    option = {"text": {"type": "plain_text", "text": "Hello"}, "value": str(made.id)}
    await dana.choose("template", option)
    await dana.submit(**{"name": "Hello", form.ANY: TAG, form.TEXT: "Bye"})
    assert (Campaign.objects.get().template_id, Campaign.objects.get().body) == (None, "Bye")


async def test_a_start_time_is_the_businesss(dana: Hand) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    view = await saved(dana, **{form.DATE: day, form.TIME: "10:30"})
    at = Campaign.objects.get().start_at
    zone = POLICY.consent.zone
    assert zone == "America/New_York"
    assert at.isoformat()[:10] == day
    assert at.hour in (14, 15)
    assert "<!date^" in all_words(view)
    await dana.press("campaign_edit")
    assert element(await dana.top(), form.TIME)["initial_time"] == "10:30"


async def test_what_carriers_ask_of_a_programme_is_kept(dana: Hand) -> None:
    told = {
        form.PROGRAM: "Open Houses",
        form.OFTEN: "2 a month",
        form.TERMS: "https://example.com/terms",
        form.PRIVACY: "https://example.com/privacy",
    }
    await saved(dana, **told)
    made = Campaign.objects.get()
    kept = [made.program_name, made.frequency, made.terms_url, made.privacy_url]
    assert kept == list(told.values())


def table(rows: str) -> list[dict[str, str]]:
    """A file as somebody hands it in."""
    return [{"name": "guests.csv", "content": base64.b64encode(rows.encode()).decode()}]


async def test_a_list_is_read_in_and_then_started(rig: Rig, dana: Hand) -> None:
    rows = f"phone,firstName\n{phone(0)},P0\n{phone(77)},Zed\nabc,Bad\n"
    view = await saved(dana, **{form.ANY: "", form.TABLE: table(rows)})
    assert dryrun.READING in words(view)
    assert "0 people" not in words(view)
    assert "may be texted" not in all_words(view)
    assert labels(view) == ["Look again", "Test", "Change"]
    made = Campaign.objects.get()
    assert made.audience.import_id == Import.objects.get().id
    await dana.press("campaign_look")
    held = importing.claim(rig.clock.now())
    assert held
    importing.work(held, DatabaseFiles(get_db()), rig.clock, POLICY)
    await dana.press("campaign_look")
    view = await dana.top()
    assert "guests.csv: 3 rows – 1 new, 1 known, 1 not readable." in small_print(view)
    assert any(one.startswith("Row 4: ") for one in small_print(view))
    assert "*1 person* gets this text" in words(view)
    assert labels(view) == ["Start", "Test", "Change"]


async def test_a_campaign_does_not_begin_while_its_list_is_read_in(rig: Rig, dana: Hand) -> None:
    await saved(dana, **{form.ANY: "", form.TABLE: table(f"phone\n{phone(0)}\n")})
    with pytest.raises(Exception, match="still being read in"):
        steering.start(Campaign.objects.get().id, rig.clock.now())


async def test_a_file_that_is_no_table_is_told_below_its_field(dana: Hand) -> None:
    await dana.asked("campaign")
    told = await dana.submit(**(GIVEN | {form.TABLE: table("nothing\n1\n")}))
    assert "column" in told["errors"][form.TABLE], told
    assert Campaign.objects.count() == 0
    assert Import.objects.count() == 0


async def test_a_file_is_not_read_in_for_a_form_that_is_wrong(dana: Hand) -> None:
    await dana.asked("campaign")
    wrong = {"name": " ", form.TABLE: table(f"phone\n{phone(0)}\n")}
    told = await dana.submit(**(GIVEN | wrong))
    assert "name" in told["errors"]
    assert Import.objects.count() == 0


async def test_a_test_text_goes_to_one_number(rig: Rig, dana: Hand) -> None:
    await saved(dana)
    await dana.press("campaign_test")
    told = await dana.submit(to=phone(1))
    assert not told["errors"], told
    (sent,) = Message.objects(direction="outbound")
    assert (sent.to, sent.campaign_id, sent.tags) == (phone(1), None, ["test"])
    assert sent.body.startswith("Hi P1!")
    assert Campaign.objects.get().status == "draft"


async def test_a_test_to_who_never_agreed_says_why(dana: Hand) -> None:
    await saved(dana)
    await dana.press("campaign_test")
    told = await dana.submit(to="+17605550199")
    assert told["errors"]["to"]
    assert Message.objects.count() == 0


async def test_a_dry_run_that_takes_long_is_shown_when_it_is_there(rig: Rig, dana: Hand) -> None:
    """Slack waits three seconds; a list of ten thousand may take longer."""
    await saved(dana)
    ready = asyncio.Event()

    async def slow(work: Callable[[], Any]) -> Any:
        await ready.wait()
        return await asyncio.to_thread(work)

    desk = Desk(rig.clock, POLICY, TIMING, hop=slow)
    client = AsyncWebClient("xoxb-sandbox", base_url=f"{rig.town.url}/slack/api/")
    view, agent = await dana.top(), Agent.objects.get(user_id=AGENT)
    shown = await dryruns.soon(desk, agent, Campaign.objects.get(), client, view["id"])
    assert dryrun.WAITING in words(shown)
    ready.set()

    async def renewed() -> bool:
        return bool((await dana.top())["hash"] != view["hash"])

    await wait(renewed)
    assert "*3 people* get this text" in words(await dana.top())
