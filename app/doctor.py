"""The whole report, made now: what is cheap and what calls out; and what can be put right."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.doctor.hooks import Repair
from adapters.settings import Settings
from app.examining import examine
from app.health import present
from app.house import House
from domain.ports import Finding
from domain.services.operation import checkups


@dataclass(frozen=True)
class Report:
    """All findings, in the order in which they are told.

    `unread`: why nobody can say what is to be put right at Twilio.
    """

    findings: Sequence[Finding]
    repairs: Sequence[Repair] = ()
    unread: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(one.status != "failed" for one in self.findings)


async def report(house: House) -> Report:
    """Look at everything; what calls out is kept, so that others are shown it too."""
    near = await asyncio.to_thread(present, house, feed=False)
    if any(one.name == "mongodb" and one.status == "failed" for one in near):
        return Report(near)
    far = await examine(house)
    await asyncio.to_thread(checkups.keep, far.findings, house.clock.now())
    return Report([*near, *far.findings], far.repairs, far.unread)


def can_be_repaired(settings: Settings) -> bool:
    """Whether we know under which address Twilio should call."""
    return settings.public_url is not None
