"""An agent's hand in the stand-in Slack: commands, forms, menus, buttons."""

from dataclasses import dataclass
from typing import Any

from tests.bot.events import AGENT
from tests.bot.rig import INBOX, Rig

View = dict[str, Any]


@dataclass
class Hand:
    """What one person does, and what they see."""

    rig: Rig
    user: str = AGENT

    async def act(self, path: str, **body: Any) -> dict[str, Any]:
        """Do it, and get what the product said."""
        told = await self.rig.town.http.post(f"/slack/{path}", json={"user": self.user, **body})
        answer = told.json()
        assert isinstance(answer, dict)
        return answer

    async def command(self, text: str = "", channel: str = INBOX) -> dict[str, Any]:
        """Type `/sms`."""
        return await self.act("commands", command="/sms", text=text, channel=channel)

    async def views(self) -> list[View]:
        """The open modals, the topmost last."""
        shown = (await self.rig.town.http.get("/slack")).json()["views"]
        return [one for one in shown if one["for"] == self.user]

    async def top(self) -> View:
        """The topmost modal: there must be one."""
        return (await self.views())[-1]

    async def asked(self, text: str = "", channel: str = INBOX) -> View:
        """The modal that a command opens."""
        told = await self.command(text, channel)
        assert told["ok"], told
        return await self.top()

    async def choose(self, field: str, value: Any, **state: Any) -> View:
        """Put something into a live field of the topmost modal; the modal afterwards."""
        view = await self.top()
        name = named(view, field)
        told = await self.act(
            "actions",
            view=view["id"],
            action_id=name,
            value=value,
            state={name: value, **{named(view, key): one for key, one in state.items()}},
        )
        assert told["ok"], told
        return await self.top()

    async def press(self, action: str, value: str | None = None) -> dict[str, Any]:
        """Press a button of the topmost modal; the first of those that are named so."""
        view = await self.top()
        blocks = [block for block in view["blocks"] if _button(block, action, value)]
        block_id = blocks[0].get("block_id")
        more = {"block_id": block_id} if block_id else {}
        return await self.act("actions", view=view["id"], action_id=action, **more)

    async def submit(self, **state: Any) -> dict[str, Any]:
        """Submit the topmost modal with these fields."""
        view = await self.top()
        given = {named(view, key): value for key, value in state.items()}
        return await self.act(f"views/{view['id']}", state=given)

    async def suggested(self, field: str, typed: str = "") -> dict[str, list[str]]:
        """What a menu offers, by group."""
        view = await self.top()
        told = await self.act(
            "suggestions", view=view["id"], action_id=named(view, field), value=typed
        )
        groups = (told["answer"] or {}).get("option_groups") or []
        return {one["label"]["text"]: _texts(one["options"]) for one in groups}

    async def heard(self, channel: str = INBOX) -> list[dict[str, Any]]:
        """What was whispered to this person."""
        said = (await self.rig.channel(channel))["ephemerals"]
        return [one for one in said if one["for"] == self.user]


def named(view: View, field: str) -> str:
    """What that field is called now."""
    names = [block.get("block_id", "") for block in view["blocks"]]
    return next((one for one in names if one.partition(":")[0] == field), field)


def fields(view: View) -> list[str]:
    """The fields of a modal, in their order."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return [block["block_id"].partition(":")[0] for block in inputs]


def element(view: View, field: str) -> dict[str, Any]:
    """The element in that field."""
    found = [one for one in view["blocks"] if one.get("block_id") == named(view, field)]
    inner = found[0]["element"]
    assert isinstance(inner, dict)
    return inner


def small_print(view: View) -> list[str]:
    """All that is said in small print."""
    blocks = [block for block in view["blocks"] if block["type"] == "context"]
    return [element["text"] for block in blocks for element in block["elements"]]


def words(view: View) -> str:
    """All that is said in sections."""
    told = [one for one in view["blocks"] if one["type"] == "section" and "text" in one]
    return "\n".join(one["text"]["text"] for one in told)


def _texts(options: list[dict[str, Any]]) -> list[str]:
    described = ((one["text"]["text"], one.get("description")) for one in options)
    return [f"{text} ({more['text']})" if more else text for text, more in described]


def _button(block: dict[str, Any], action: str, value: str | None) -> bool:
    return any(
        one.get("action_id") == action and value in (None, one.get("value"))
        for one in [*(block.get("elements") or ()), block.get("accessory") or {}]
    )
