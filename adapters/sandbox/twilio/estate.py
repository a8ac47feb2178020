"""What the account has at Twilio: its balance, numbers, Messaging Service and registrations."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.sandbox.config import SandboxConfig
from adapters.sandbox.encounter import Answer
from adapters.sandbox.ledger import Json, Ledger
from adapters.sandbox.twilio.create import Form
from adapters.sandbox.twilio.errors import TwilioError
from adapters.sandbox.twilio.optout import TOLL_FREE
from adapters.sandbox.twilio.text import API_VERSION
from adapters.sandbox.wire import Refusal, read_json

Deed: TypeAlias = Callable[[Request, Form], Answer]
Endpoint: TypeAlias = Callable[[str, Deed], Callable[[Request], Awaitable[Response]]]

INBOUND = "/api/crm/sms/webhook#rc=5&rp=all"
BASE = f"/{API_VERSION}/Accounts/{{account}}"
BRAND, CAMPAIGN = "BN" + "0" * 32, "QE" + "0" * 32
KINDS = ("account", "numbers", "service", "campaign", "brand", "tollfree")
IN_FORM = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsApplicationSid": "sms_application_sid",
    "InboundRequestUrl": "inbound_request_url",
    "InboundMethod": "inbound_method",
    "UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
}


class Estate:
    """Kept in the ledger; `PUT /estate` changes it for a script, `GET /estate` shows it."""

    def __init__(self, config: SandboxConfig, ledger: Ledger) -> None:
        self._config = config
        self._ledger = ledger

    def routes(self, of: Endpoint) -> list[Route]:
        """To be mounted under `/twilio`."""
        number = f"{BASE}/IncomingPhoneNumbers/{{sid}}.json"
        service = "/v1/Services/{sid}"
        return [
            Route(f"{BASE}/IncomingPhoneNumbers.json", of("numbers", self._list), methods=["GET"]),
            Route(number, of("numbers.update", self._change_number), methods=["POST"]),
            Route(f"{BASE}/Balance.json", of("balance", self._balance), methods=["GET"]),
            Route(f"{BASE}.json", of("account", self._account), methods=["GET"]),
            Route(service, of("service", self._service), methods=["GET"]),
            Route(service, of("service.update", self._change_service), methods=["POST"]),
            Route(f"{service}/PhoneNumbers", of("service.numbers", self._pool), methods=["GET"]),
            Route(f"{service}/Compliance/Usa2p", of("campaigns", self._campaigns), methods=["GET"]),
            Route("/v1/a2p/BrandRegistrations/{sid}", of("brand", self._brand), methods=["GET"]),
            Route("/v1/Tollfree/Verifications", of("tollfree", self._tollfree), methods=["GET"]),
        ]

    def scripts(self) -> list[Route]:
        """To be mounted at the sandbox's root."""
        return [
            Route("/estate", self._set, methods=["PUT"]),
            Route("/estate", self._show, methods=["GET"]),
        ]

    def webhook(self, number: str, service: str | None) -> str | None:
        """Where a text to that number is brought; None: nowhere, as Twilio has it."""
        known = self._of("service")
        if service and not known["use_inbound_webhook_on_number"]:
            found = known["inbound_request_url"]
        else:
            found = self._number(number)["sms_url"]
        return found or None

    # what is known

    def _of(self, kind: str) -> Json:
        url = self._config.product_url + INBOUND
        usual: dict[str, Json] = {
            "account": {"status": "active", "type": "Full", "balance": "20.00", "currency": "USD"},
            "service": {
                "inbound_request_url": url,
                "inbound_method": "POST",
                "use_inbound_webhook_on_number": False,
                "numbers": list(self._config.numbers),
            },
            "campaign": {"campaign_status": "VERIFIED", "errors": []},
            "brand": {"status": "APPROVED", "failure_reason": None},
            "tollfree": {},
        }
        return usual[kind] | self._ledger.all("estate").get(kind, {})

    def _number(self, number: str) -> Json:
        usual = {
            "sid": "PN" + number.lstrip("+").rjust(32, "0"),
            "account_sid": self._config.account_sid,
            "phone_number": number,
            "friendly_name": number,
            "capabilities": {"sms": True, "mms": True, "voice": False, "fax": False},
            "sms_url": self._config.product_url + INBOUND,
            "sms_method": "POST",
            "sms_application_sid": "",
        }
        return usual | self._ledger.all("estate").get(number, {})

    def _change(self, key: str, fields: Mapping[str, Any]) -> None:
        known = self._ledger.all("estate").get(key, {})
        self._ledger.put("estate", key, {**known, **fields})

    # Twilio's API

    def _account(self, _request: Request, _form: Form) -> Answer:
        known = self._of("account")
        about = {"sid": self._config.account_sid, "friendly_name": "Threadline sandbox"}
        return Answer(200, {**about, "status": known["status"], "type": known["type"]})

    def _balance(self, _request: Request, _form: Form) -> Answer:
        known = self._of("account")
        told = {"balance": known["balance"], "currency": known["currency"]}
        return Answer(200, {"account_sid": self._config.account_sid, **told})

    def _list(self, request: Request, _form: Form) -> Answer:
        wanted = request.query_params.get("PhoneNumber", "")
        found = [self._number(one) for one in self._config.numbers if wanted in one]
        more = {"page": 0, "page_size": 50, "next_page_uri": None}
        return Answer(200, {"incoming_phone_numbers": found, **more})

    def _change_number(self, request: Request, form: Form) -> Answer:
        ours = {self._number(one)["sid"]: one for one in self._config.numbers}
        number = ours.get(request.path_params["sid"])
        if number is None:
            raise TwilioError(20404, request.url.path)
        self._change(number, _fields(form))
        return Answer(200, self._number(number))

    def _service(self, request: Request, _form: Form) -> Answer:
        sid = self._known_service(request)
        return Answer(200, {"sid": sid, "account_sid": self._config.account_sid} | self._shown())

    def _change_service(self, request: Request, form: Form) -> Answer:
        self._known_service(request)
        self._change("service", _fields(form))
        return self._service(request, form)

    def _pool(self, request: Request, _form: Form) -> Answer:
        self._known_service(request)
        held = [self._number(one) for one in self._of("service")["numbers"]]
        return Answer(200, _page("phone_numbers", held))

    def _campaigns(self, request: Request, _form: Form) -> Answer:
        sid = self._known_service(request)
        known = self._of("campaign")
        about = {"sid": CAMPAIGN, "messaging_service_sid": sid, "brand_registration_sid": BRAND}
        return Answer(200, _page("compliance", [about | known] if known["campaign_status"] else []))

    def _brand(self, request: Request, _form: Form) -> Answer:
        return Answer(200, {"sid": request.path_params["sid"]} | self._of("brand"))

    def _tollfree(self, _request: Request, _form: Form) -> Answer:
        told = self._of("tollfree")
        ours = [one for one in self._config.numbers if one.startswith(TOLL_FREE)]
        found = [
            {"sid": "HH" + "0" * 32, "tollfree_phone_number_sid": self._number(one)["sid"]}
            | {"status": told.get(one, "TWILIO_APPROVED")}
            for one in ours
        ]
        return Answer(200, _page("verifications", [one for one in found if one["status"]]))

    def _known_service(self, request: Request) -> str:
        sid = str(request.path_params["sid"])
        if sid != self._config.messaging_service_sid:
            raise TwilioError(20404, request.url.path)
        return sid

    def _shown(self) -> Json:
        return {name: value for name, value in self._of("service").items() if name != "numbers"}

    # scripts

    async def _set(self, request: Request) -> Response:
        body = await read_json(request)
        if not set(body) <= set(KINDS) or not all(isinstance(one, dict) for one in body.values()):
            raise Refusal(400, f"send {', '.join(KINDS)}, each an object")
        for number, fields in body.pop("numbers", {}).items():
            self._change(number, dict(fields))
        for kind, fields in body.items():
            self._change(kind, fields)
        return await self._show(request)

    async def _show(self, _request: Request) -> Response:
        kinds = {kind: self._of(kind) for kind in KINDS if kind != "numbers"}
        numbers = {one: self._number(one) for one in self._config.numbers}
        return JSONResponse({**kinds, "numbers": numbers})


def _fields(form: Form) -> Json:
    """What a change sets; an empty value takes away."""
    return {name: form.one(field) for field, name in IN_FORM.items() if form.many(field)}


def _page(key: str, found: list[Json]) -> Json:
    meta = {
        "page": 0,
        "page_size": 50,
        "key": key,
        "next_page_url": None,
        "url": "",
        "first_page_url": "",
        "previous_page_url": None,
    }
    return {key: found, "meta": meta}
