"""Agents' own pages are shown anew when something changed; see `domain.services.home.visits`."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.worker.lane import Lane, Work
from domain.policy import Policy
from domain.ports import Change, Chat, Chats, Checks, Clock
from domain.services import agents
from domain.services.home import gathering, visits
from domain.services.home.gathering import Asked
from domain.services.home.visits import Visit
from domain.values import Failed, HomePage, Postponed, Published, Unclear

SHOWN = frozenset({"agents", "campaigns", "contacts", "smsmessages", "templates", "threads"})
EVERY = timedelta(seconds=1)
Outcome = Published | Failed | Postponed | Unclear


@dataclass
class Homekeeper:
    """One process's turns; several at once do no harm.

    What was heard is only remembered here: the page of somebody who opened it is brought up to
    date by their next click at the latest.
    """

    chats: Chats
    clock: Clock
    checks: Checks | None = None
    policy: Policy = field(default_factory=Policy)
    _news: bool = field(default=True, init=False)
    _turn: datetime | None = field(default=None, init=False)

    def hear(self, change: Change) -> None:
        """Something was committed."""
        self._news = self._news or change.collection in SHOWN

    def claim(self) -> Visit | None:
        """The page that is due first; at most once a second all that were opened are told."""
        now = self.clock.now()
        if self._news and (self._turn is None or now >= self._turn):
            self._news, self._turn = False, now + EVERY
            visits.stir(now)
        return visits.claim(now)

    async def carry_out(self, visit: Visit) -> None:
        """Show it, if it says anything else than what is there."""
        found = await asyncio.to_thread(self._gathered, visit)
        if found is None:
            await asyncio.to_thread(visits.give_up, visit)
            return
        chat, page = found
        if visits.digest(page) == visit.digest:
            outcome: Outcome = Published(visit.hash or "")
        else:
            outcome = await chat.publish(visit.user_id, page, visit.hash, spare=True)
        await asyncio.to_thread(visits.record, visit, page, outcome, self.clock.now())

    def _gathered(self, visit: Visit) -> tuple[Chat, HomePage] | None:
        """Where it is shown and what it says; None when there is no such place or person."""
        agent = agents.known(visit.user_id)
        chat = self.chats.of(visit.team_id or None)
        if agent is None or chat is None:
            return None
        now, senders = self.clock.now(), chat.workspace.senders
        asked = Asked(agent, visit.spot, now, senders, self.checks, self.policy)
        return chat, gathering.page(asked)

    def lane(self) -> Lane[Visit]:
        """The work as a worker runs it; what it hears it looks at once a second."""
        now = self.clock.now
        return Lane(Work("homes", self.claim, self.carry_out, visits.earliest, now, at_once=2))
