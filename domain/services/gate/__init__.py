"""May this text leave? The facts of the moment, gathered for `rules.gate`, and its verdict."""

from domain.services.gate.asking import as_decision, ask, bar, decided_by, judge
from domain.services.gate.whom import Whom, adverts, adverts_of, one, place, several

__all__ = [
    "Whom",
    "adverts",
    "adverts_of",
    "as_decision",
    "ask",
    "bar",
    "decided_by",
    "judge",
    "one",
    "place",
    "several",
]
