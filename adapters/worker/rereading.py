"""Reads the chat's own records again, for what agents wrote while nobody listened."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from adapters.worker.dispatching import STRANGERS
from adapters.worker.lane import Lane, Work
from adapters.worker.once import Once
from domain.outbox import Claim, backoff
from domain.policy import Policy, Timing
from domain.ports import Chat, Chats, Clock
from domain.rules import roles
from domain.services import agents, workspaces
from domain.services.operation import processes
from domain.services.recovery import chat as records
from domain.services.recovery import rounds, summing
from domain.services.recovery.chat import Read
from domain.values import Failed, History, Person, Postponed, Shown, Unclear

T = TypeVar("T")
Outcome = Shown | Failed | Postponed | Unclear | None
NO_WORKSPACE = timedelta(minutes=10)
EVERY = timedelta(minutes=1)
MOST_PAGES = 20
"""So many in a turn; then whoever is next goes on."""
PAGE = 200

log = structlog.get_logger()


@dataclass(frozen=True)
class Post(Once):
    """Once, under the lease of a round instead of a conversation's."""

    def kept(self, claim: Claim) -> Claim | None:
        """The same lease for longer; None when it was lost."""
        return rounds.renew(claim, self.clock.now(), self.timing.lease)


@dataclass
class Rereader:
    """Goes the rounds of all workspaces, soon after everybody was away.

    `listener` is the kind of process that hears the chat's events.
    """

    chats: Chats
    clock: Clock
    policy: Policy
    timing: Timing
    listener: str = "web"
    _begun: datetime | None = field(default=None, init=False)
    _heeded: datetime | None = field(default=None, init=False)

    def lane(self) -> Lane[Claim]:
        """The lane of a worker process."""
        now = self.clock.now
        return Lane(Work("records", self.claim, self.carry_out, rounds.earliest, now, at_once=2))

    def claim(self) -> Claim | None:
        """The workspace whose turn it is; once a minute it is seen which there are."""
        now = self.clock.now()
        if self._begun is None or abs(now - self._begun) >= EVERY:
            teams = [one.team_id for one in workspaces.listed() if one.is_set_up]
            rounds.begin(teams or [""], now)
            self._begun = now
        if self._heeded is None or abs(now - self._heeded) >= processes.EVERY:
            known = processes.alive(now)
            rounds.listened([one for one in known if one.kind == self.listener], now)
            self._heeded = now
        return rounds.claim(now, self.timing.lease)

    async def carry_out(self, held: Claim) -> None:
        """Some pages; at the end of the round what is to be told of it."""
        team = (await self._hop(lambda: rounds.own(held))).team_id
        chat = await self._hop(lambda: self.chats.of(team or None))
        if chat is None:
            until = self.clock.now() + NO_WORKSPACE
            await self._hop(lambda: rounds.put_off(held, until, "no_workspace"))
            return
        outcome: Outcome = None
        for _ in range(MOST_PAGES):
            step = await self._hop(lambda: rounds.next_read(held, self.clock.now(), self.policy))
            if step is None:
                await self._end(held, chat)
                return
            outcome = await self._read(held, chat, step)
            if isinstance(outcome, Postponed | Unclear) or not await self._kept(held):
                break
        await self._rest(held, outcome)

    async def _read(self, held: Claim, chat: Chat, step: Read) -> Outcome:
        page = await chat.history(step.place, step.span, 1 if step.doubted else PAGE)
        if isinstance(page, Failed):
            refusal = page
            log.info("records.refused", thread=str(step.thread_id), reason=refusal.code)
            now = self.clock.now()
            await self._hop(lambda: rounds.refused(held, step, refusal, now))
        if not isinstance(page, History):
            return page
        unknown = await self._identify(chat, step, page)
        if unknown is None:
            await self._hop(partial(self._take, held, step, page))
        return unknown

    def _take(self, held: Claim, step: Read, page: History) -> None:
        rounds.took(held, step, page, self.clock.now(), self.policy, self.timing)

    async def _identify(self, chat: Chat, step: Read, page: History) -> Postponed | Unclear | None:
        """Only who may send is asked: whoever we do not know is looked up first."""
        asked_at = self.clock.now()
        for user_id in await self._hop(lambda: records.strangers(step, page, asked_at)):
            told = await chat.person(user_id)
            if isinstance(told, Failed) and told.code in STRANGERS:
                told = Person(user_id, "", "", None, False, False, False, True, roles.NONE)
            if isinstance(told, Person):
                await self._hop(partial(agents.learn, told, asked_at))
            elif not isinstance(told, Failed) and not await self._excused(user_id, asked_at):
                return told
        return None

    async def _excused(self, user_id: str, asked_at: datetime) -> bool:
        """Whether somebody whom we knew may go on while the chat does not say."""
        return await self._hop(lambda: agents.excuse(user_id, asked_at)) is not None

    async def _end(self, held: Claim, chat: Chat) -> None:
        """Tell of the round, if it found several; then it is over."""
        step = await self._hop(lambda: summing.next_tell(held, chat.inbox))
        if step:
            if not await self._hop(lambda: summing.trying(held, step, self.clock.now())):
                return
            once = Post(chat, self.clock, self.timing)
            outcome = await once.do(
                held,
                once.seen(step.place, step.key, step.since) if step.since else None,
                lambda latest: chat.announce(step.place, step.key, step.remark, latest),
            )
            await self._hop(lambda: summing.told(held, step, outcome))
            if isinstance(outcome, Postponed | Unclear):
                await self._rest(held, outcome)
                return
        await self._hop(lambda: rounds.done(held, self.clock.now()))

    async def _rest(self, held: Claim, outcome: Outcome) -> None:
        now, reason = self.clock.now(), str(getattr(outcome, "reason", ""))
        asked = getattr(outcome, "seconds", None)
        pause = backoff(1, asked) if reason else timedelta(0)
        await self._hop(lambda: rounds.put_off(held, now + pause, reason))

    async def _kept(self, held: Claim) -> Claim | None:
        now = self.clock.now()
        return await self._hop(lambda: rounds.renew(held, now, self.timing.lease))

    async def _hop(self, call: Callable[[], T]) -> T:
        return await asyncio.to_thread(call)
