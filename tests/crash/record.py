"""The sandbox's ledger as the harness reads it: line by line while it grows, and as a history."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Line = dict[str, Any]
T = TypeVar("T")
LOOK_SECONDS = 0.03
PERSON = "U0"
REPORT_RETRIES = 5  # as our status addresses ask for
ENDS = frozenset({"delivered", "undelivered", "failed"})


@dataclass(frozen=True)
class Taken:
    """When something told to the product was first answered with 2xx: its line and its time."""

    seq: int
    at: float


@dataclass
class Inbound:
    """A customer's text; `begun` is the line with which its delivery started."""

    sid: str
    phone: str
    body: str
    begun: int
    taken: Taken | None = None
    settled: bool = False


@dataclass
class Version:
    """An edit of an agent's message, told by an event of its own."""

    body: str
    ts: str
    taken: Taken | None = None


@dataclass
class Said:
    """What an agent typed in a channel, with all that was done to it later."""

    channel: str
    ts: str
    body: str
    begun: int
    taken: Taken | None = None
    edits: list[Version] = field(default_factory=list)
    deleted: bool = False
    deletion: Taken | None = None
    reactions: frozenset[str] = frozenset()
    tries: int = 0


@dataclass
class Carried:
    """A text that Twilio took from the product; `told` are the states that it heard about."""

    sid: str
    to: str
    body: str
    begun: int
    status: str
    told: set[str] = field(default_factory=set)
    reports: int = 0  # how often Twilio tried to tell the last state


@dataclass(frozen=True)
class Shown:
    """A message that the product posted into Slack; `key` is what it can be found by."""

    channel: str
    ts: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class Attempt:
    """A call of the product that asks Twilio to carry a text."""

    seq: int
    at: float
    to: str
    body: str


@dataclass
class History:
    """What happened outside, from the ledger alone."""

    inbound: dict[str, Inbound] = field(default_factory=dict)
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    carried: dict[str, Carried] = field(default_factory=dict)
    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    channels: dict[str, Line] = field(default_factory=dict)
    events: dict[str, Line] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)  # calls that were done and not answered
    first_shown: dict[str, Shown] = field(default_factory=dict)
    retries: int = 5

    def take(self, line: Line) -> None:
        """One more line."""
        if line["type"] == "put":
            self._put(line)
        elif line["type"] == "delivery":
            self._delivery(line)
        elif line["type"] == "call":
            self._call(line)

    def _call(self, line: Line) -> None:
        if line["fault"] == "drop_reply":
            self.dropped.add(line["method"])
        if line["method"] == "twilio.messages.create":
            args = line["args"]
            self.attempts.append(Attempt(line["seq"], line["at"], args["to"], args["body"]))

    def _put(self, line: Line) -> None:
        match line["of"]:
            case "text":
                self._text(line)
            case "message":
                self._message(line)
            case "channel":
                self.channels[line["key"]] = line["value"]

    def _text(self, line: Line) -> None:
        text = line["value"]
        sid = text["sid"]
        if text["direction"] == "inbound":
            known = self.inbound.setdefault(
                sid, Inbound(sid, text["sender"], text["body"], line["seq"])
            )
            known.settled = bool(text["acknowledged"]) or text["attempts"] > self.retries
        elif text["direction"] == "outbound-api":
            one = self.carried.setdefault(
                sid, Carried(sid, text["to"], text["body"], line["seq"], text["status"])
            )
            one.status = text["status"]

    def _message(self, line: Line) -> None:
        message = line["value"]
        key = (message["channel"], message["ts"])
        if message.get("deleted"):
            self._deleted(key)
        elif message.get("bot_id"):
            shown = self.shown.setdefault(key, Shown(*key, message["text"], _named(message)))
            self.first_shown.setdefault(shown.text, shown)
        elif "subtype" not in message and str(message.get("user", "")).startswith(PERSON):
            self._typed(key, message, line["seq"])

    def _deleted(self, key: tuple[str, str]) -> None:
        if key in self.said:
            self.said[key].deleted = True

    def _typed(self, key: tuple[str, str], message: Line, seq: int) -> None:
        said = self.said.setdefault(key, Said(*key, message["text"], seq))
        said.reactions = frozenset(one["name"] for one in message.get("reactions", ()))
        edited = message.get("edited")
        if edited and edited["ts"] not in {one.ts for one in said.edits}:
            said.edits.append(Version(message["text"], edited["ts"]))

    def _delivery(self, line: Line) -> None:
        if line["method"] == "deliver.text":
            self._note_taken(self.inbound.get(line["id"]), line)
        elif line["method"] == "deliver.callback":
            one = self.carried[line["id"]]
            one.told |= {line["told"]} if line["acknowledged"] else set()
            one.reports += line["told"] in ENDS
        elif line["method"] == "deliver.event":
            self._event(line)

    def _event(self, line: Line) -> None:
        known = self.events.setdefault(line["id"], {**line, "taken": None})
        known["attempt"] = line["attempt"]
        if line["acknowledged"] and known["taken"] is None:
            known["taken"] = Taken(line["seq"], line["at"])
        if line["event"] == "message" and not line["subtype"]:
            said = self.said.get((line["channel"], line["ts"]))
            self._note_taken(said, line)
            if said is not None:
                said.tries += 1

    def _note_taken(self, thing: Inbound | Said | None, line: Line) -> None:
        if thing is not None and line["acknowledged"] and thing.taken is None:
            thing.taken = Taken(line["seq"], line["at"])

    @property
    def _reports(self) -> int:
        """How often one state is told at most."""
        return min(self.retries, REPORT_RETRIES) + 1

    def under_way(self) -> list[str]:
        """Deliveries that will be tried again, and texts that the carrier still has in hand."""
        texts = [one.sid for one in self.inbound.values() if not one.settled]
        events = [
            key
            for key, event in self.events.items()
            if event["taken"] is None and event["attempt"] < self.retries
        ]
        carried = [one.sid for one in self.carried.values() if one.status not in ENDS]
        reports = [
            one.sid
            for one in self.carried.values()
            if one.status in ENDS and one.status not in one.told and one.reports < self._reports
        ]
        return [*texts, *events, *carried, *reports]

    def settle(self) -> "History":
        """Fit the events of edits and deletions to the messages they are about."""
        told = sorted(self.events.values(), key=lambda event: str(event["ts"]))
        for said in self.said.values():
            for edit in said.edits:
                edit.taken = next(
                    (
                        event["taken"]
                        for event in told
                        if event["subtype"] == "message_changed"
                        and event["channel"] == said.channel
                        and event["ts"] > edit.ts
                    ),
                    None,
                )
        self._fit_deletions(told)
        return self

    def _fit_deletions(self, told: list[Line]) -> None:
        """In one channel an agent deletes one after another, in the order of typing."""
        for channel in {said.channel for said in self.said.values() if said.deleted}:
            gone = [one for one in self.said.values() if one.deleted and one.channel == channel]
            events = [
                event
                for event in told
                if event["subtype"] == "message_deleted" and event["channel"] == channel
            ]
            for said, event in zip(sorted(gone, key=lambda one: one.ts), events, strict=False):
                said.deletion = event["taken"]


def _named(message: Line) -> str:
    """The key in a post's metadata."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("key", ""))


class Ledger:
    """The file, followed as it grows."""

    def __init__(self, path: Path, retries: int) -> None:
        self._path = path
        self._read = 0
        self._history = History(retries=retries)

    def now(self) -> History:
        """Everything up to this moment."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._read)
                content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            self._read += len(whole)
            for raw in whole.splitlines():
                self._history.take(json.loads(raw))
        return self._history

    async def until(self, find: Callable[[History], T | None], patience: float, what: str) -> T:
        """The first truthy finding; TimeoutError names what never came."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while not (found := find(self.now())):
            if loop.time() > deadline:
                raise TimeoutError(f"never came: {what}")
            await asyncio.sleep(LOOK_SECONDS)
        return found
