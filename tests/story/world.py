"""The demo as a user starts it, with people who text, type, edit and press buttons."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import httpx2

T = TypeVar("T")
Json = dict[str, Any]

OURS = "+15555550100"
DANA, GUEST = "U0DANA", "U0GUEST"
PATIENCE = 120.0
LOOK_SECONDS = 0.05
MARKS = {"hourglass_flowing_sand", "heavy_check_mark", "white_check_mark", "exclamation"}
DELIVERED = {"heavy_check_mark", "white_check_mark"}
TROUBLE = {"exclamation"}

_phones = count(2000)


def somebody() -> str:
    """A number that nobody else in this run has."""
    return f"+1760555{next(_phones)}"


def until(find: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """The first truthy finding; an AssertionError names what never came."""
    deadline = time.monotonic() + patience
    while not (found := find()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(LOOK_SECONDS)
    return found


@dataclass(frozen=True)
class World:
    """One running demo; `url` is its root, `token` its API token."""

    url: str
    token: str
    http: httpx2.Client

    # the outside

    def _did(self, verb: str, path: str, **body: Any) -> Any:
        answer = self.http.request(verb, path, json=body or None)
        assert answer.is_success, answer.text
        return answer.json()

    def text(self, sender: str, body: str, **more: Any) -> Json:
        """A customer texts us."""
        return dict(self._did("POST", "/texts", **{"from": sender, "body": body, **more}))

    def carried(self, phone: str) -> list[Json]:
        """What Twilio took from us for that number, oldest first."""
        texts = self._did("GET", f"/texts?phone={phone.replace('+', '%2B')}")["texts"]
        return [text for text in texts if text["direction"] == "outbound-api"]

    def bodies(self, phone: str) -> list[str]:
        """Their bodies."""
        return [text["body"] for text in self.carried(phone)]

    def reached(self, phone: str, *bodies: str) -> None:
        """Wait until exactly these arrived there, in this order."""
        until(
            lambda: [text["status"] for text in self.carried(phone)] == ["delivered"] * len(bodies),
            f"{len(bodies)} texts delivered to {phone}",
        )
        assert self.bodies(phone) == list(bodies)

    def network(self, **states: str) -> None:
        """Take a service away, or bring it back."""
        self._did("PUT", "/network", **states)

    @contextmanager
    def without(self, **states: str) -> Iterator[None]:
        """Inside, these services are away: `twilio="down"`."""
        self.network(**states)
        try:
            yield
        finally:
            self.network(**dict.fromkeys(states, "up"))

    @contextmanager
    def going_wrong(self, **rule: Any) -> Iterator[None]:
        """Inside, that rule is in force."""
        self._did("PUT", "/faults", rules=[rule])
        try:
            yield
        finally:
            self._did("DELETE", "/faults")

    def calls(self, method: str) -> list[Json]:
        """The calls of that name so far."""
        lines = self._did("GET", "/ledger")["lines"]
        return [line for line in lines if line["type"] == "call" and line["method"] == method]

    # Slack

    def place(self, body: str) -> "Place":
        """Where a customer's text with these words is shown, once it is."""
        return until(lambda: self._place(body), f"{body!r} in Slack")

    def _place(self, body: str) -> "Place | None":
        for channel in self._did("GET", "/slack")["channels"]:
            for message in channel["messages"]:
                for shown, root in ((message, None), *((r, message) for r in message["replies"])):
                    if shown.get("bot_id") and shown["text"] == body:
                        return Place(self, channel["id"], root["ts"] if root else None)
        return None

    def conversation(self, body: str = "Hello") -> tuple[str, "Place"]:
        """Somebody new writes, and an agent has been invited to the channel."""
        phone = somebody()
        words = f"{body} from {phone}"
        self.text(phone, words)
        place = self.place(words)
        place.joined()
        return phone, place


@dataclass(frozen=True)
class Place:
    """A channel, or a thread in one, as an agent uses it."""

    world: World
    id: str
    thread_ts: str | None = None

    def channel(self) -> Json:
        """All of it."""
        return dict(self.world._did("GET", f"/slack/channels/{self.id}"))

    def joined(self) -> None:
        """Wait until the agents are in it."""
        until(lambda: DANA in self.channel()["members"], "the agents in the channel")

    def write(self, text: str, user: str = DANA, **more: Any) -> str:
        """Somebody types; the message's ts."""
        body = {"channel": self.id, "user": user, "text": text, **more}
        return str(self.world._did("POST", "/slack/messages", **body)["ts"])

    def edit(self, ts: str, text: str) -> None:
        """The author changes it."""
        self.world._did("PUT", f"/slack/messages/{self.id}/{ts}", text=text)

    def delete(self, ts: str) -> None:
        """The author takes it back."""
        self.world._did("DELETE", f"/slack/messages/{self.id}/{ts}")

    def reply(self, text: str, user: str = DANA) -> None:
        """Somebody presses `Reply` under the card, writes, and presses `Send`."""
        before = {view["id"] for view in self.world._did("GET", "/slack")["views"]}
        press = {"channel": self.id, "ts": self.thread_ts, "user": user, "action_id": "reply"}
        self.world._did("POST", "/slack/actions", **press)
        views = self.world._did("GET", "/slack")["views"]
        (form,) = (view["id"] for view in views if view["id"] not in before)
        self.world._did("POST", f"/slack/views/{form}", user=user, state={"text": text})

    def below(self, ts: str) -> list[str]:
        """What the product said in the thread of that message."""
        (message,) = (one for one in self.channel()["messages"] if one["ts"] == ts)
        return [one["text"] for one in message["replies"] if one.get("bot_id")]

    def invite(self, user: str) -> None:
        """Somebody else comes in."""
        self.world._did("POST", "/slack/members", channel=self.id, user=user)

    def marks(self, ts: str) -> set[str]:
        """How far the message has come, as it shows."""
        found = [message for message in self.channel()["messages"] if message["ts"] == ts]
        return {one["name"] for one in found[0].get("reactions", [])} & MARKS if found else set()

    def marked(self, ts: str, marks: set[str]) -> None:
        """Wait until it shows exactly these."""
        until(lambda: self.marks(ts) == marks, f"{sorted(marks)} on {ts}")

    def shown(self) -> list[str]:
        """What the product posted here, oldest first; not the head of the conversation."""
        messages: list[Json] = self.channel()["messages"]
        if self.thread_ts:
            (root,) = (one for one in messages if one["ts"] == self.thread_ts)
            messages = root["replies"]
        ours = [one for one in messages if one.get("bot_id")]
        return [one["text"] for one in ours if "card:" not in str(one.get("metadata"))]

    def whispered(self, user: str, words: str) -> str:
        """Wait for a word to that person alone; all of it."""
        return until(
            lambda: next(
                (
                    str(one["text"])
                    for one in self.channel()["ephemerals"]
                    if one["for"] == user and words in one["text"]
                ),
                "",
            ),
            f"a whisper to {user}: {words!r}",
        )
