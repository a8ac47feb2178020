"""The gateway, the signature check and the forms against the stand-in Twilio, over real HTTP."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from queue import Queue
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sandbox import SandboxConfig, Speed, standalone
from adapters.twilio import form
from adapters.twilio.client import HttpClient
from adapters.twilio.gateway import Credentials, Gateway
from adapters.twilio.signature import Secrets, signed_url, verify
from domain.rules.status import highest
from domain.values import Accepted, OutgoingText, Rejected, StatusReport, Unclear
from tests import local
from tests.server import free_port

ACCOUNT, TOKEN, OURS = "AC" + "1" * 32, "sandbox-token", "+17605550100"
SECRETS = Secrets(tokens={ACCOUNT: (TOKEN,)})
TEXT = OutgoingText("m-1", "+17605551234", "Hello ’ & 😀 +1", OURS, None)


@dataclass
class Town:
    """A running sandbox, our gateway to it, and every webhook that it sent us."""

    sandbox: str
    product: str
    gateway: Gateway
    webhooks: Queue[Request]

    def believed(self, request: Request, secrets: Secrets = SECRETS) -> bool:
        """Whether our check accepts that webhook."""
        url = signed_url(self.product, request.scope["raw_path"], request.scope["query_string"])
        kind = request.headers.get("content-type")
        return verify(url, request.state.body, kind, request.headers, secrets)


@pytest.fixture
async def town(serve: Callable[..., str]) -> AsyncIterator[Town]:
    """A sandbox process beside a product that only listens."""
    webhooks: Queue[Request] = Queue()

    async def take(request: Request) -> Response:
        request.state.body = await request.body()
        webhooks.put(request)
        return Response("<Response/>", media_type="text/xml")

    product = serve(Starlette(routes=[Route("/{path:path}", take, methods=["POST"])]))
    config = SandboxConfig(
        product, f"http://127.0.0.1:{free_port()}", ACCOUNT, TOKEN, (OURS,), speed=Speed(step=0.01)
    )
    sandbox = serve(standalone(config))
    async with HttpClient(f"{sandbox}/sandbox/twilio", local.PATIENCE, local.PATIENCE) as http:
        gateway = Gateway(Credentials(ACCOUNT, ACCOUNT, TOKEN), product, http)
        yield Town(f"{sandbox}/sandbox", product, gateway, webhooks)


async def order(town: Town, rule: dict[str, Any]) -> None:
    """Tell the sandbox what is to go wrong."""
    async with local.async_client() as http:
        answer = await http.put(f"{town.sandbox}/faults", json={"rules": [rule]})
        assert answer.status_code == 200


async def test_a_text_goes_out_and_its_signed_reports_carry_our_id(town: Town) -> None:
    outcome = await town.gateway.send(TEXT)
    assert isinstance(outcome, Accepted)
    told: list[StatusReport] = []
    while not told or told[-1].word != "delivered":
        request = town.webhooks.get(timeout=local.PATIENCE)
        assert town.believed(request)
        told.append(form.status(request.state.body, request.query_params.get("m")))
    assert {(one.sid, one.message_id) for one in told} == {(outcome.sid, "m-1")}
    best = highest(one.word for one in told)
    assert best is not None
    assert best.rank == told[-1].rank


async def test_what_was_sent_is_found_in_the_list(town: Town) -> None:
    outcome = await town.gateway.send(TEXT)
    found = await town.gateway.sent_to(TEXT.to)
    assert isinstance(outcome, Accepted)
    assert isinstance(found, list)
    assert [(one.sid, one.body, one.from_phone) for one in found] == [
        (outcome.sid, TEXT.body, OURS)
    ]
    assert await town.gateway.sent_to("+17605550000") == []


async def test_a_text_whose_reply_was_lost_is_unclear_and_then_found_once(town: Town) -> None:
    await order(town, {"method": "twilio.messages.create", "action": "drop_reply", "times": 1})
    assert isinstance(await town.gateway.send(TEXT), Unclear)
    found = await town.gateway.sent_to(TEXT.to)
    assert isinstance(found, list)
    assert [one.body for one in found] == [TEXT.body]


async def test_a_text_to_somebody_who_left_is_refused_as_opted_out(town: Town) -> None:
    outcome = await town.gateway.send(OutgoingText("m-2", "+15005521610", "hi", OURS, None))
    assert isinstance(outcome, Rejected)
    assert (outcome.error_code, outcome.advice.kind) == (21610, "OPT_OUT")


async def test_a_customers_text_arrives_signed_and_whole(town: Town) -> None:
    said = {
        "from": "+17605551234",
        "to": OURS,
        "body": "Hi & ’😀+%20\n",
        "mediaUrls": ["https://pictures.example/1.png"],
    }
    async with local.async_client() as http:
        await http.post(f"{town.sandbox}/texts", json=said)
    request = town.webhooks.get(timeout=local.PATIENCE)
    assert town.believed(request)
    assert not town.believed(request, Secrets(tokens={ACCOUNT: ("another-token",)}))
    text = form.inbound(request.state.body)
    assert (text.sender, text.recipient, text.body) == (said["from"], OURS, said["body"])
    assert [one.url for one in text.media] == said["mediaUrls"]
