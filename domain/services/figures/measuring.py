"""The counts of a stretch of time, from the documents themselves."""

from collections import Counter, defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.rules.analytics.figures import Cell, Figures, figures
from domain.services.figures import deeds, texts
from domain.services.figures.texts import Count


def measured(
    begin: datetime, end: datetime, zone: ZoneInfo, most: int | None = texts.MOST_AT_ONCE
) -> dict[Cell, Figures]:
    """All cells in which there is anything; Unavailable where there are more than `most` texts."""
    counting = Count(zone, defaultdict(Counter))
    for batch in texts.between(begin, end, most):
        counting.add(batch)
    deeds.count(counting, begin, end)
    return {cell: figures(counts) for cell, counts in counting.tally.items()}
