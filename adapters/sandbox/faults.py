"""Failures on order: rules that say which call goes wrong, how often and how."""

import random
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

import orjson

from adapters.sandbox.ledger import Json

ACTIONS = ("answer", "drop_reply", "drop_request", "delay", "refuse", "duplicate", "lose")
NETWORKS = ("up", "down", "dropped")


class BadRule(ValueError):
    """A rule that cannot be understood; its text says why."""


@dataclass(frozen=True)
class Fault:
    """What happens to one call.

    `answer` replies instead of doing, `drop_reply` does and hangs up, `drop_request` hangs up,
    `refuse` replies 503, `delay` waits first; `duplicate` and `lose` are for deliveries.
    """

    action: str
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Rule:
    """Which calls meet a fault: a method pattern, substrings per argument, and how often."""

    id: str
    method: str
    fault: Fault
    match: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None
    after: int = 0
    per: str | None = None
    probability: float = 1.0

    def fits(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether the rule speaks of this call."""
        return fnmatchcase(method, self.method) and all(
            part in _plain(args.get(name)) for name, part in self.match.items()
        )


class Faults:
    """The rules in force and what each has already done."""

    def __init__(self, seed: int = 7) -> None:
        self._rules: list[Rule] = []
        self._seen: Counter[tuple[str, str]] = Counter()
        self._random = random.Random(seed)  # noqa: S311 - repeatable dice
        self.network = {"twilio": "up", "slack": "up"}

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault this call must suffer, counted as used; none if no rule fits."""
        if (fault := self._outage(method)) is not None:
            return fault
        for rule in self._rules:
            if rule.fits(method, args) and self._due(rule, args):
                return rule.fault
        return None

    def _outage(self, method: str) -> Fault | None:
        state = self.network.get(method.partition(".")[0], "up")
        if state == "up":
            return None
        return Fault("refuse") if state == "down" else Fault("drop_request")

    def _due(self, rule: Rule, args: Mapping[str, Any]) -> bool:
        key = (rule.id, _plain(args.get(rule.per)) if rule.per else "")
        seen = self._seen[key]
        if rule.times is not None and seen >= rule.after + rule.times:
            return False
        if rule.probability < 1.0 and self._random.random() >= rule.probability:
            return False
        self._seen[key] += 1
        return seen >= rule.after

    def replace(self, rules: list[Rule]) -> None:
        """Forget all rules and their counts; these hold now."""
        self._rules = list(rules)
        self._seen.clear()

    def add(self, rules: list[Rule]) -> None:
        """Let these rules hold besides the present ones."""
        self._rules.extend(rules)

    def shown(self) -> list[Json]:
        """The rules with the number of calls each has met."""
        return [{**asdict(rule), "seen": self._met(rule)} for rule in self._rules]

    def _met(self, rule: Rule) -> int:
        return sum(count for (name, _), count in self._seen.items() if name == rule.id)


def parse_rules(body: Any) -> list[Rule]:
    """Read `[rule, ...]` or `{"rules": [...]}`; BadRule names what is wrong."""
    rules = body.get("rules", [body]) if isinstance(body, dict) else body
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadRule("send a list of rules, each an object with method and action")
    return [_rule(rule) for rule in rules]


def _rule(raw: Json) -> Rule:
    try:
        match = {str(name): str(part) for name, part in dict(raw.get("match") or {}).items()}
        return Rule(
            id=str(raw.get("id") or uuid.uuid4().hex[:8]),
            method=str(raw["method"]),
            fault=_fault(raw),
            match=match,
            times=None if raw.get("times") is None else int(raw["times"]),
            after=int(raw.get("after", 0)),
            per=raw.get("per"),
            probability=float(raw.get("probability", 1.0)),
        )
    except KeyError as missing:
        raise BadRule(f"a rule needs {missing.args[0]}") from missing
    except (TypeError, ValueError) as wrong:
        raise BadRule(f"a rule has a value of the wrong type: {wrong}") from wrong


def _fault(raw: Json) -> Fault:
    action = raw["action"]
    if action not in ACTIONS:
        raise BadRule(f"action is one of {', '.join(ACTIONS)}")
    status = int(raw.get("status", 503))
    if status not in set(HTTPStatus):
        raise BadRule("status is an HTTP status, like 429 or 503")
    given = dict(raw.get("headers") or {})
    headers = {str(name).lower(): str(value) for name, value in given.items()}
    return Fault(action, status, headers, raw.get("body"), float(raw.get("seconds", 0)))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
