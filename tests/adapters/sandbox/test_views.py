"""Modals, opened by a real Bolt app and filled in by people."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.adapters.sandbox.error import error_of
from tests.adapters.sandbox.shop import BODY, command, field, modal, open_view, opens, shop, text
from tests.adapters.sandbox.town import FAST, Town

STATE = {"body": "Hello"}


async def trigger(here: Town) -> str:
    """A trigger_id out of a command."""
    await command(here)
    return str(here.product.received[-1].form["trigger_id"])


def submits(**answer: Any) -> Callable[[AsyncApp], None]:
    """A shop whose form is answered with `answer`."""

    def stock(app: AsyncApp) -> None:
        opens(modal())(app)

        @app.view("form")
        async def submitted(ack: Any) -> None:
            await ack(**answer)

    return stock


async def submit(here: Town, **state: Any) -> Any:
    view = await open_view(here)
    return await here.post(f"/slack/views/{view['id']}", user="U0DANA", state=state)


async def test_a_command_opens_a_modal_for_its_user() -> None:
    async with shop(opens(modal())) as here:
        assert (await command(here))["ok"]
        view = await open_view(here)
    assert view["for"] == "U0DANA"
    assert view["title"]["text"] == "Form"
    assert view["root_view_id"] == view["id"]


async def test_a_submission_carries_what_was_typed() -> None:
    seen: list[Any] = []

    def stock(app: AsyncApp) -> None:
        opens(modal(private_metadata="t1"))(app)

        @app.view("form")
        async def submitted(ack: Any, view: Any, body: Any) -> None:
            await ack()
            seen.append((view["state"]["values"], view["private_metadata"], body["user"]["id"]))

    async with shop(stock) as here:
        await command(here)
        assert (await submit(here, body="Hello"))["ok"]
        assert (await here.get("/slack"))["views"] == []
    value = {"type": "plain_text_input", "value": "Hello"}
    assert seen == [({"body": {"words": value}}, "t1", "U0DANA")]


async def test_a_required_field_is_asked_for_without_the_app() -> None:
    async with shop(submits()) as here:
        await command(here)
        told = await submit(here)
        assert told == {
            "ok": False,
            "errors": {"body": "Please complete this required field."},
        }
        assert (await open_view(here))["errors"] == told["errors"]


async def test_errors_stay_in_the_modal() -> None:
    async with shop(submits(response_action="errors", errors={"body": "Too short"})) as here:
        await command(here)
        assert (await submit(here, **STATE))["errors"] == {"body": "Too short"}
        assert (await open_view(here))["errors"] == {"body": "Too short"}


async def test_an_update_shows_something_else() -> None:
    async with shop(submits(response_action="update", view=modal(title=text("Done")))) as here:
        await command(here)
        before = await open_view(here)
        await submit(here, **STATE)
        after = await open_view(here)
    assert after["id"] == before["id"]
    assert after["title"]["text"] == "Done"
    assert after["hash"] != before["hash"]


async def test_a_push_lies_on_top_and_closing_it_shows_the_first_again() -> None:
    async with shop(submits(response_action="push", view=modal(title=text("Next")))) as here:
        await command(here)
        first = await open_view(here)
        await submit(here, **STATE)
        second = await open_view(here)
        assert second["previous_view_id"] == second["root_view_id"] == first["id"]
        await here.post(f"/slack/views/{second['id']}/close", user="U0DANA")
        assert (await open_view(here))["id"] == first["id"]


async def test_a_clear_closes_everything() -> None:
    async with shop(submits(response_action="clear")) as here:
        await command(here)
        await submit(here, **STATE)
        assert (await here.get("/slack"))["views"] == []


async def test_an_answer_that_slack_cannot_show_is_told() -> None:
    long = modal(title=text("x" * 25))
    async with shop(submits(response_action="update", view=long)) as here:
        await command(here)
        told = await submit(here, **STATE)
    assert (told["ok"], told["error"]) == (False, "invalid_arguments")


async def test_a_failing_app_leaves_the_modal_open() -> None:
    async with shop(opens(modal())) as here:
        await command(here)
        told = await submit(here, **STATE)
        assert (told["ok"], told["status"]) == (False, 404)
        assert await open_view(here)


async def test_closing_is_told_when_asked_for() -> None:
    closed: list[str] = []

    def stock(app: AsyncApp) -> None:
        opens(modal(notify_on_close=True))(app)

        @app.view_closed("form")
        async def shut(ack: Any, view: Any) -> None:
            await ack()
            closed.append(view["id"])

    async with shop(stock) as here:
        await command(here)
        view = await open_view(here)
        assert (await here.post(f"/slack/views/{view['id']}/close", user="U0DANA"))["ok"]
    assert closed == [view["id"]]


async def test_a_modal_is_its_users_own() -> None:
    async with shop(opens(modal())) as here:
        await command(here)
        view = await open_view(here)
        path = f"/slack/views/{view['id']}"
        status, _ = await here.refused("POST", path, {"user": "U0SAM", "state": STATE})
    assert status == 403


async def test_a_button_in_a_modal_sends_what_is_typed_so_far() -> None:
    seen: list[Any] = []
    push = {"type": "button", "action_id": "more", "text": text("More")}
    view = modal(field("body", BODY), {"type": "actions", "block_id": "a", "elements": [push]})

    def stock(app: AsyncApp) -> None:
        opens(view)(app)

        @app.action("more")
        async def more(ack: Any, body: Any, client: AsyncWebClient) -> None:
            await ack()
            seen.append(body["view"]["state"]["values"]["body"]["words"]["value"])
            await client.views_push(trigger_id=body["trigger_id"], view=modal(title=text("Top")))

    async with shop(stock) as here:
        await command(here)
        lower = await open_view(here)
        place = {"user": "U0DANA", "view": lower["id"], "action_id": "more", "state": STATE}
        assert (await here.post("/slack/actions", **place))["ok"]
        top = await open_view(here)
    assert seen == ["Hello"]
    assert (top["title"]["text"], top["previous_view_id"]) == ("Top", lower["id"])


async def test_an_external_select_asks_while_typing() -> None:
    picker = {"type": "external_select", "action_id": "who", "min_query_length": 0}

    def stock(app: AsyncApp) -> None:
        opens(modal(field("to", picker)))(app)

        @app.options("who")
        async def who(ack: Any, payload: Any) -> None:
            await ack(options=[{"text": text(f"{payload['value']}ne"), "value": "c1"}])

    async with shop(stock) as here:
        await command(here)
        view = await open_view(here)
        ask = {"user": "U0DANA", "view": view["id"], "action_id": "who", "value": "Ja"}
        told = await here.post("/slack/suggestions", **ask)
    assert told["options"] == [{"text": text("Jane"), "value": "c1"}]


async def test_a_trigger_is_good_once(here: Town, slack: AsyncWebClient) -> None:
    name = await trigger(here)
    await slack.views_open(trigger_id=name, view=modal())
    again = slack.views_open(trigger_id=name, view=modal())
    assert await error_of(again) == "exchanged_trigger_id"


async def test_a_trigger_of_ones_own_making_is_refused(slack: AsyncWebClient) -> None:
    assert await error_of(slack.views_open(trigger_id="1.2.3", view=modal())) == (
        "invalid_trigger_id"
    )


async def test_a_trigger_expires() -> None:
    async with shop(opens(modal()), replace(FAST, trigger=0.0)) as here:
        told = await command(here)
    assert not told["ok"]


async def test_three_modals_are_the_most(here: Town, slack: AsyncWebClient) -> None:
    await slack.views_open(trigger_id=await trigger(here), view=modal())
    for _ in range(2):
        await slack.views_push(trigger_id=await trigger(here), view=modal())
    fourth = slack.views_push(trigger_id=await trigger(here), view=modal())
    assert await error_of(fourth) == "push_limit_reached"


async def test_an_update_needs_the_present_hash(here: Town, slack: AsyncWebClient) -> None:
    opened = (await slack.views_open(trigger_id=await trigger(here), view=modal()))["view"]
    known = {"view_id": opened["id"], "view": modal(title=text("Two"))}
    await slack.views_update(**known, hash=opened["hash"])
    late = slack.views_update(**known, hash=opened["hash"])
    assert await error_of(late) == "hash_conflict"
    none = slack.views_update(view_id="V0NONE", view=modal())
    assert await error_of(none) == "not_found"


async def test_a_view_can_be_found_by_its_external_id(here: Town, slack: AsyncWebClient) -> None:
    name = await trigger(here)
    await slack.views_open(trigger_id=name, view=modal(external_id="mine"))
    await slack.views_update(external_id="mine", view=modal(title=text("Two")))
    assert (await open_view(here))["title"]["text"] == "Two"


async def test_an_external_id_belongs_to_one_open_view(here: Town, slack: AsyncWebClient) -> None:
    mine = modal(external_id="mine")
    opened = await slack.views_open(trigger_id=await trigger(here), view=mine)
    pushed = slack.views_push(trigger_id=await trigger(here), view=mine)
    assert await error_of(pushed) == "duplicate_external_id"
    assert (await slack.views_update(view_id=opened["view"]["id"], view=mine))["ok"]


async def test_what_was_typed_outlives_an_update(here: Town, slack: AsyncWebClient) -> None:
    hint = {"type": "plain_text_input", "action_id": "words", "initial_value": "proposed"}
    fields = (field("body", BODY), field("hint", hint), field("gone", BODY))
    name = await trigger(here)
    opened = (await slack.views_open(trigger_id=name, view=modal(*fields)))["view"]
    push = {"type": "button", "action_id": "go", "text": text("Go")}
    row = {"type": "actions", "block_id": "row", "elements": [push]}
    await slack.views_update(view_id=opened["id"], view=modal(*fields, row))
    place = {"user": "U0DANA", "view": opened["id"], "action_id": "go"}
    await here.post("/slack/actions", **place, state={"body": "typed", "gone": "x"})
    after = (await slack.views_update(view_id=opened["id"], view=modal(*fields[:2], row)))["view"]
    values = {block: one["words"]["value"] for block, one in after["state"]["values"].items()}
    assert values == {"body": "typed", "hint": "proposed"}
    await here.post(f"/slack/views/{opened['id']}", user="U0DANA", state={"hint": "own"})
    sent = here.product.received[-1].json["view"]["state"]["values"]
    assert {block: one["words"]["value"] for block, one in sent.items()} == {
        "body": "typed",
        "hint": "own",
    }


CHOICES = {"options": [{"text": text(one.title()), "value": one} for one in ("now", "later")]}


@pytest.mark.parametrize("kind", ["static_select", "radio_buttons", "external_select"])
async def test_what_is_chosen_in_a_view_is_in_its_state(
    here: Town, slack: AsyncWebClient, kind: str
) -> None:
    offers = CHOICES if kind != "external_select" else {}
    menus = [{"type": kind, "action_id": name, **offers} for name in ("when", "again")]
    row = {"type": "actions", "block_id": "row", "elements": menus}
    opened = await slack.views_open(trigger_id=await trigger(here), view=modal(row))
    place = {"user": "U0DANA", "view": opened["view"]["id"]}
    await here.post("/slack/actions", **place, action_id="again", value="now")
    await here.post("/slack/actions", **place, action_id="when", value="later")
    told = here.product.received[-1].json
    assert told["actions"][0]["selected_option"]["value"] == "later"
    await here.post(f"/slack/views/{opened['view']['id']}", user="U0DANA")
    for state in (told["view"]["state"], here.product.received[-1].json["view"]["state"]):
        chosen = {
            name: one["selected_option"]["value"] for name, one in state["values"]["row"].items()
        }
        assert chosen == {"when": "later", "again": "now"}


async def test_names_of_no_field_and_no_option_are_refused(
    here: Town, slack: AsyncWebClient
) -> None:
    menu = field("when", {"type": "static_select", "action_id": "menu", **CHOICES})
    fields = (field("body", BODY), menu | {"dispatch_action": True})
    opened = await slack.views_open(trigger_id=await trigger(here), view=modal(*fields))
    before = len(here.product.received)
    path = f"/slack/views/{opened['view']['id']}"
    for state, named in (({"boddy": "x"}, "boddy"), ({"body": {"wrods": {}}}, "body/wrods")):
        told = await here.refused("POST", path, {"user": "U0DANA", "state": state})
        assert told == (400, f"no such field: {named}; there are: body, when")
    press = {"user": "U0DANA", "view": opened["view"]["id"], "action_id": "menu", "value": "never"}
    status, error = await here.refused("POST", "/slack/actions", press)
    assert (status, error) == (400, "no such option: never; there are: now, Now, later, Later")
    assert len(here.product.received) == before


async def test_a_whole_stack_is_closed_at_once(here: Town, slack: AsyncWebClient) -> None:
    told = modal(notify_on_close=True)
    await slack.views_open(trigger_id=await trigger(here), view=modal())
    await slack.views_push(trigger_id=await trigger(here), view=told)
    top = await open_view(here)
    await here.post(f"/slack/views/{top['id']}/close", user="U0DANA", all=True)
    assert (await here.get("/slack"))["views"] == []
    closed = here.product.received[-1].json
    assert (closed["type"], closed["is_cleared"]) == ("view_closed", True)


@pytest.mark.parametrize(
    "view",
    [
        {"type": "dialog"},
        modal(close={"type": "mrkdwn", "text": "x"}),
        modal(sumbit=text("x")),
        {"type": "modal", "blocks": []},
        modal(title=text("x" * 25)),
        modal(submit=text("x" * 25)),
        modal(close=text("x" * 25)),
        modal(submit=None),
        modal(private_metadata="x" * 3001),
        modal(callback_id="x" * 256),
        modal(blocks=[{"type": "divider"}] * 101),
        modal(blocks="divider"),
        modal(blocks=["divider"]),
    ],
)
async def test_a_view_beyond_the_limits_is_refused(
    here: Town, slack: AsyncWebClient, view: dict[str, Any]
) -> None:
    call = slack.views_open(trigger_id=await trigger(here), view=view)
    assert await error_of(call) == "invalid_arguments"
    assert (await here.get("/slack"))["views"] == []


async def test_a_view_that_is_too_large_is_refused(here: Town, slack: AsyncWebClient) -> None:
    long = {"type": "section", "text": text("x" * 2999)}
    view = modal(*[long] * 90)
    call = slack.views_open(trigger_id=await trigger(here), view=view)
    assert await error_of(call) == "view_too_large"


async def test_a_home_has_a_hash_too(slack: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await slack.views_publish(user_id="U0DANA", view=home)
    second = await slack.views_publish(user_id="U0DANA", view=home, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    late = slack.views_publish(user_id="U0DANA", view=home, hash=first["view"]["hash"])
    assert await error_of(late) == "hash_conflict"
    nobody = slack.views_publish(user_id="U0NOBODY", view=home)
    assert await error_of(nobody) == "user_not_found"
