"""What our numbers cost by the month, for the part of it that was asked about."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.policy import Policy
from domain.rules.analytics.figures import rent
from domain.rules.pricing import Rates
from domain.services.figures import keeping


@dataclass(frozen=True)
class Rents:
    """How many numbers each sender has, from the first text of all until now.

    Where a Messaging Service is set up, all numbers are its own.
    """

    senders: Mapping[str, int]
    since: datetime
    now: datetime
    rates: Rates

    def between(self, begin: datetime, end: datetime, sender: str | None = None) -> Decimal:
        """Of one sender, or of all."""
        numbers = self.senders.get(sender, 0) if sender else sum(self.senders.values())
        return rent(numbers, max(begin, self.since), min(end, self.now), self.rates)


def of(owner: Mapping[str, tuple[str, ...]], now: datetime, policy: Policy) -> Rents:
    """Of whose figures these are: an agent, a template or a campaign has no numbers."""
    senders = Counter(policy.service_sid or number for number in policy.numbers)
    if owner:
        some = owner["sender"] if set(owner) == {"sender"} else ()
        senders = Counter({one: senders[one] for one in some if one in senders})
    return Rents(senders, keeping.beginning() or now, now, policy.rates)
