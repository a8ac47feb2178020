"""A button of any name and value, whispered to somebody so that they can press it."""

from typing import Any

from domain.services import agents
from domain.values import Button, Person, Shown
from tests.bot.events import TEAM
from tests.bot.hand import Hand
from tests.bot.rig import INBOX, Rig

SAM = "U0SAM"


async def pressed(hand: Hand, action: str, value: object, channel: str = INBOX) -> dict[str, Any]:
    """Press it; what the product answered."""
    button = Button("Do it", action, str(value))
    said = await hand.rig.chat.whisper(hand.rig.chat.inbox, hand.user, "A card", [button])
    assert isinstance(said, Shown), said
    return await hand.act("actions", action_id=action, channel=channel, ts=said.ts)


async def told(hand: Hand, channel: str = INBOX) -> list[str]:
    """What this person has been told in that channel."""
    return [one["text"] for one in await hand.heard(channel)]


def known(rig: Rig, user_id: str = SAM, name: str = "Sam Okafor", **more: Any) -> None:
    """Somebody is known as a member of the workspace: an agent unless said otherwise."""
    person = Person(user_id, TEAM, name, None, False, False, False, False, **more)
    agents.learn(person, rig.clock.now())
