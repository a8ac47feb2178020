"""One call to either API: the fault it meets, the deed, the line in the ledger, the reply."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from adapters.sandbox.faults import Fault, Faults
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.wire import HangUp

TOLD = ("ok", "error", "channel", "ts", "message_ts", "sid", "code", "file_id")


@dataclass(frozen=True)
class Answer:
    """A reply of one of the APIs before it becomes HTTP."""

    status: int
    body: Json | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """As HTTP."""
        if self.body is None:
            return Response(status_code=self.status, headers=dict(self.headers))
        return JSONResponse(self.body, self.status, dict(self.headers))


class Desk:
    """Where calls arrive: every one is in the ledger, done or not."""

    def __init__(self, ledger: Ledger, faults: Faults) -> None:
        self._ledger = ledger
        self._faults = faults

    async def serve(
        self,
        method: str,
        args: Mapping[str, Any],
        deed: Callable[[], Answer],
        failure: Callable[[int], Answer],
    ) -> Response:
        """Do the deed unless a fault forbids it; `failure` is the API's reply for a status."""
        fault = self._faults.take(method, args)
        if fault is not None and fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.action != "drop_reply":
            return self._fail(method, args, fault, failure)
        answer = deed()
        self._log(method, args, answer, fault.action if fault else None, done=True)
        return HangUp() if fault and fault.action == "drop_reply" else answer.response()

    def _fail(
        self,
        method: str,
        args: Mapping[str, Any],
        fault: Fault,
        failure: Callable[[int], Answer],
    ) -> Response:
        answer = failure(503 if fault.action == "refuse" else fault.status)
        self._log(method, args, answer, fault.action, done=False)
        if fault.action == "drop_request":
            return HangUp()
        headers = {**answer.headers, **fault.headers}
        if isinstance(fault.body, str):
            return Response(fault.body, answer.status, headers)
        return JSONResponse(
            answer.body if fault.body is None else fault.body, answer.status, headers
        )

    def _log(
        self,
        method: str,
        args: Mapping[str, Any],
        answer: Answer,
        fault: str | None,
        *,
        done: bool,
    ) -> None:
        body = answer.body or {}
        result = {name: body[name] for name in TOLD if isinstance(body.get(name), str | bool | int)}
        self._ledger.write(
            "call",
            method=method,
            args=dict(args),
            status=answer.status,
            result=result,
            fault=fault,
            done=done,
        )
