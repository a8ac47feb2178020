"""Modals and App Homes: the views.* methods and the trigger ids that allow them."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.slack.call import Call, Method
from adapters.sandbox.slack.error import SlackError
from adapters.sandbox.slack.people import APP, BOT, TEAM
from adapters.sandbox.slack.shape import checked
from adapters.sandbox.slack.state import remaining
from adapters.sandbox.timing import Pace

DEEPEST = 3


@dataclass(frozen=True)
class Trigger:
    """What a person has just done: good for one view, for a moment."""

    user: str
    expires: float
    view: str | None = None


class Views:
    """All views by id; the open ones of a user form a stack."""

    def __init__(self, ledger: Ledger, pace: Pace, team: str = TEAM) -> None:
        self._ledger = ledger
        self._pace = pace
        self._team = team
        self._triggers: dict[str, Trigger | None] = {}

    def methods(self) -> dict[str, Method]:
        """views.open, push, update and publish."""
        return {
            "views.open": self._open,
            "views.push": self._push,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    def trigger(self, user: str, view: str | None = None) -> str:
        """A trigger_id for what this user does now."""
        name = f"{int(time.time() * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(user, time.monotonic() + self._pace.speed.trigger, view)
        return name

    def find(self, view: str) -> Json | None:
        """An open view."""
        found = self._ledger.all("view").get(view)
        return found if found and found["open"] else None

    def stack(self, user: str) -> list[Json]:
        """The open views of a user, the topmost last."""
        views = self._ledger.all("view").values()
        return [view for view in views if view["open"] and view["for"] == user]

    def home(self, user: str) -> Json | None:
        """The App Home published for a user."""
        return self._ledger.all("home").get(user)

    def show(self, user: str, view: Any, below: Json | None = None) -> Json:
        """Open a view, on top of another if given."""
        whole = self._checked(view)
        if below and len(self.stack(user)) >= DEEPEST:
            raise SlackError("push_limit_reached")
        name = "V0" + secrets.token_hex(5).upper()
        root = below["root_view_id"] if below else name
        place = {"root_view_id": root, "previous_view_id": below["id"] if below else None}
        return self._keep({**whole, "id": name, **place, "for": user, "open": True})

    def replace(self, present: Json, view: Any) -> Json:
        """Show something else in the place of a view; fields that stay keep what is in them."""
        kept = ("id", "root_view_id", "previous_view_id", "for", "open")
        whole = self._checked(view, present)
        state = {"values": remaining(whole["blocks"], present["state"]["values"])}
        place = {name: present[name] for name in kept}
        return self._keep({**whole, **place, "state": state})

    def _checked(self, view: Any, present: Json | None = None) -> Json:
        whole = checked(view, "modal", self._ledger.all("file"))
        other = self._external(str(whole["external_id"] or ""))
        if other is not None and (present is None or other["id"] != present["id"]):
            raise SlackError("duplicate_external_id")
        return whole

    def note(self, view: Json, **changes: Any) -> Json:
        """Record what was typed into a view, or the errors shown in it."""
        return self._keep({**view, **changes}, fresh=False)

    def close(self, view: Json) -> None:
        """Take a view away; the one below shows again."""
        self._keep({**view, "open": False}, fresh=False)

    def clear(self, user: str) -> None:
        """Take all views of a user away."""
        for view in self.stack(user):
            self.close(view)

    def _keep(self, view: Json, *, fresh: bool = True) -> Json:
        if fresh:
            stamp = f"{time.time():.6f}.{secrets.token_hex(4)}"
            view = {**view, "hash": stamp, "team_id": self._team}
        self._ledger.put("view", view["id"], view)
        return view

    def _exchange(self, call: Call) -> Trigger:
        name = call.text("trigger_id", "?")
        if name not in self._triggers:
            raise SlackError("invalid_trigger_id")
        trigger, self._triggers[name] = self._triggers[name], None
        if trigger is None:
            raise SlackError("exchanged_trigger_id")
        if trigger.expires < time.monotonic():
            raise SlackError("expired_trigger_id")
        return trigger

    def _open(self, call: Call) -> Json:
        view = self._checked(call.args.get("view"))
        trigger = self._exchange(call)
        self.clear(trigger.user)
        return {"ok": True, "view": shown(self.show(trigger.user, view))}

    def _push(self, call: Call) -> Json:
        view = self._checked(call.args.get("view"))
        trigger = self._exchange(call)
        stack = self.stack(trigger.user)
        if not stack:
            raise SlackError("invalid_trigger_id")
        return {"ok": True, "view": shown(self.show(trigger.user, view, stack[-1]))}

    def _update(self, call: Call) -> Json:
        known_as = call.text("external_id", "")
        present = self.find(call.text("view_id", "")) or self._external(known_as)
        if present is None:
            raise SlackError("not_found")
        if (known := call.text("hash", "")) and known != present["hash"]:
            raise SlackError("hash_conflict")
        return {"ok": True, "view": shown(self.replace(present, call.args.get("view")))}

    def _external(self, wanted: str) -> Json | None:
        views = self._ledger.all("view").values()
        open_views = [view for view in views if view["open"]]
        return next(
            (view for view in open_views if wanted and view.get("external_id") == wanted), None
        )

    def _publish(self, call: Call) -> Json:
        user = call.text("user_id", "?")
        if user not in call.workspace.people:
            raise SlackError("user_not_found")
        before = self.home(user)
        if before and (known := call.text("hash", "")) and known != before["hash"]:
            raise SlackError("hash_conflict")
        stamp = f"{time.time():.6f}.{secrets.token_hex(4)}"
        name = before["id"] if before else "V0" + secrets.token_hex(5).upper()
        whole = checked(call.args.get("view"), "home", self._ledger.all("file"))
        view = {**whole, "id": name, "hash": stamp}
        view |= {"for": user, "team_id": self._team}
        self._ledger.put("home", user, view)
        return {"ok": True, "view": shown(view)}


def shown(view: Json) -> Json:
    """As the Web API and payloads show a view."""
    hidden = ("for", "open", "errors")
    plain = {name: value for name, value in view.items() if name not in hidden}
    team = view.get("team_id", TEAM)
    own = {"team_id": team, "app_id": APP, "bot_id": BOT, "app_installed_team_id": team}
    return {**plain, **own}
