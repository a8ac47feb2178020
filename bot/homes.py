"""Pages of agents, shown in the chat."""

from dataclasses import dataclass

from bot.calls import Caller, Reply, Result
from bot.views import home
from bot.views.parts import View
from domain.values import Failed, HomePage, Postponed, Published, Unclear

METHOD, TOO_LARGE = "views.publish", "view_too_large"


@dataclass(frozen=True)
class Homes:
    """Shows whole pages; what is there already is replaced."""

    caller: Caller

    async def publish(
        self, user_id: str, page: HomePage, known: str | None, *, spare: bool
    ) -> Published | Failed | Postponed | Unclear:
        """Failed("hash_conflict") when `known` is not what is there any more."""
        done = await self._show(user_id, home.home(page), known, spare)
        if isinstance(done, Failed) and done.code == TOO_LARGE:
            done = await self._show(user_id, home.short(page), known, spare)
        if not isinstance(done, Reply):
            return done
        return Published(str(done.part("view").get("hash") or ""))

    async def _show(self, user_id: str, view: View, known: str | None, spare: bool) -> Result:
        return await self.caller.insist(METHOD, spare=spare, user_id=user_id, view=view, hash=known)
