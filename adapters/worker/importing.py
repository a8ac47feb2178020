"""Carries out imports, one at a time, for a few seconds each turn."""

import asyncio
from dataclasses import dataclass

from adapters.worker.lane import Lane, Work
from domain.model import Import
from domain.policy import Policy
from domain.ports import Clock, Files
from domain.services.tables import importing
from domain.services.tables.imports import SLOT


@dataclass(frozen=True)
class Importer:
    """Reads pages of a table while it holds the import's lease."""

    files: Files
    clock: Clock
    policy: Policy

    def claim(self) -> Import | None:
        """The import whose next page is due first."""
        return importing.claim(self.clock.now())

    async def carry_out(self, held: Import) -> None:
        """One turn; what is left is due again at once."""
        await asyncio.to_thread(importing.work, held, self.files, self.clock, self.policy)

    def lane(self) -> Lane[Import]:
        """The lane of a worker process."""
        now = self.clock.now
        work = Work(SLOT, self.claim, self.carry_out, importing.earliest, now, at_once=1)
        return Lane(work)
