"""Somebody's App Home in the stand-in Slack: opened, read and clicked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.views.home import LABELS
from tests import local
from tests.bot.events import AGENT
from tests.bot.rig import Rig

Page = dict[str, Any]


async def shown(rig: Rig, user: str = AGENT) -> Page:
    """What their page shows now; empty when nothing was published."""
    found = (await rig.town.http.get("/slack")).json()["homes"].get(user, {})
    assert isinstance(found, dict)
    return found


async def wait(enough: Callable[[], Awaitable[bool]]) -> None:
    """Until what others bring about is there."""
    async with asyncio.timeout(local.PATIENCE):
        while not await enough():
            await asyncio.sleep(0)


async def opened(rig: Rig, user: str = AGENT) -> Page:
    """Open it, and see what is published then."""
    before = (await shown(rig, user)).get("hash")
    answer = await rig.town.http.post("/slack/home", json={"user": user})
    assert answer.status_code == 200, answer.text

    async def renewed() -> bool:
        return (await shown(rig, user)).get("hash") != before

    await wait(renewed)
    return await shown(rig, user)


async def press(rig: Rig, action: str, user: str = AGENT, **more: Any) -> Page:
    """Press a button of it, the first of that name; the answer came before this returns."""
    body = {"user": user, "home": True, "action_id": action, **more}
    answer = await rig.town.http.post("/slack/actions", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["ok"], answer.text
    return await shown(rig, user)


async def tab(rig: Rig, name: str, user: str = AGENT) -> Page:
    """Go to another tab."""
    assert name in LABELS
    return await press(rig, f"home_tab_{name}", user)


def words(page: Page) -> str:
    """All that it says, tabs and buttons aside."""
    told = []
    for block in page["blocks"]:
        if block["type"] in ("section", "header"):
            told.append(block["text"]["text"])
        elif block["type"] == "context":
            told += [one["text"] for one in block["elements"]]
    return "\n".join(told)


def buttons(page: Page, action: str = "") -> list[Page]:
    """The buttons of that name, or all."""
    found = [one for block in page["blocks"] for one in block.get("elements", ())]
    found += [block["accessory"] for block in page["blocks"] if "accessory" in block]
    return [one for one in found if one["type"] == "button" and action in ("", one["action_id"])]


def labels(page: Page) -> list[str]:
    """What its tabs say."""
    return [one["text"]["text"] for one in page["blocks"][0]["elements"]]


def current(page: Page) -> str:
    """The tab that is shown."""
    (one,) = [tab for tab in page["blocks"][0]["elements"] if tab.get("style") == "primary"]
    return str(one["action_id"]).removeprefix("home_tab_")
