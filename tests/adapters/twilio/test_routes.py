"""The webhooks: what is signed is kept and answered, and nothing else is believed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from pymongo.database import Database
from pymongo.errors import ServerSelectionTimeoutError
from structlog.testing import capture_logs

from adapters.twilio.gateway import STATUS_PATH
from adapters.twilio.routes import EMPTY_TWIML, INBOUND_PATH, LARGEST, Webhooks, unconfigured
from domain.model import Message, Stray, Thread
from domain.rules.status import MessageStatus
from tests.adapters.twilio.hooks import (
    ACCOUNT,
    BY_SHARED_KEY,
    FORM,
    PUBLIC,
    SECOND,
    SECRETS,
    SHARED,
    TOKEN,
    Twilio,
    application,
    signature,
    text,
)
from tests.clock import FakeClock
from tests.conftest import Serve
from tests.domain.build import (
    OURS,
    POLICY,
)

Raw = dict[str, Any]


def stored(db: Database[Raw]) -> dict[str, int]:
    """How many documents there are, by collection, where there are any."""
    counts = {name: db[name].count_documents({}) for name in db.list_collection_names()}
    return {name: count for name, count in counts.items() if count}


def test_a_signed_text_is_answered_without_words_and_is_durable(twilio: Twilio) -> None:
    answer = twilio.text(text("Is it still available?", MessageSid="SM1"))
    assert (answer.status_code, answer.text) == (200, EMPTY_TWIML)
    assert answer.headers["content-type"].startswith("text/xml")
    kept = Message.objects.get()
    assert (kept.origin, kept.body, kept.status) == (
        "twilio:SM1",
        "Is it still available?",
        MessageStatus.RECEIVED,
    )


BODIES = ["", "Größe 👩\u200d👩\u200d👧 ¿sí?", "a+b&c=d%20;", "x" * 1600, "\u202e \0"]


@pytest.mark.parametrize("body", BODIES)
def test_every_body_arrives_as_it_was_written(twilio: Twilio, body: str) -> None:
    assert twilio.text(text(body)).status_code == 200
    assert Message.objects.get().body == body.replace("\0", "")


def test_pictures_are_kept_with_their_kinds(twilio: Twilio) -> None:
    picture = {"MediaUrl0": "https://api.twilio.com/m/1", "MediaContentType0": "image/jpeg"}
    twilio.text(text("", NumMedia="1", **picture))
    kept = Message.objects.get()
    assert (kept.media_urls, kept.media_types) == (["https://api.twilio.com/m/1"], ["image/jpeg"])


@pytest.mark.parametrize(
    ("key", "digest", "headers"),
    [(SECOND, "sha1", {}), (SHARED, "sha256", BY_SHARED_KEY)],
    ids=["secondary token", "shared key"],
)
def test_the_other_secrets_are_accepted_too(
    twilio: Twilio, key: str, digest: str, headers: dict[str, str]
) -> None:
    fields = text()
    assert twilio.text(fields, key=key, digest=digest, headers=headers).status_code == 200


def test_a_query_is_part_of_the_signed_address(twilio: Twilio) -> None:
    assert twilio.post(f"{INBOUND_PATH}?a=1&b=%20+", text()).status_code == 200


def forged(fields: dict[str, str], path: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Requests that are not Twilio's: (fields, headers) by what is wrong with them."""
    good = signature(PUBLIC + path, fields)
    foreign = fields | {"AccountSid": "AC" + "9" * 32}
    return {
        "unsigned": (fields, {}),
        "empty signature": (fields, {"X-Twilio-Signature": ""}),
        "altered body": (fields | {"Body": "No"}, {"X-Twilio-Signature": good}),
        "added field": (fields | {"OptOutType": "STOP"}, {"X-Twilio-Signature": good}),
        "altered signature": (fields, {"X-Twilio-Signature": good.swapcase()}),
        "wrong key": (fields, {"X-Twilio-Signature": signature(PUBLIC + path, fields, "guess")}),
        "other address": (fields, {"X-Twilio-Signature": signature(PUBLIC + "/", fields)}),
        "foreign account": (foreign, {"X-Twilio-Signature": signature(PUBLIC + path, foreign)}),
        "sha1 as shared key": (fields, {"X-Twilio-Signature": good} | BY_SHARED_KEY),
    }


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
@pytest.mark.parametrize("wrong", sorted(forged({}, "")))
def test_what_is_not_twilios_is_refused_and_leaves_no_trace(
    twilio: Twilio, db: Database[Raw], path: str, wrong: str
) -> None:
    fields, headers = forged(text("STOP", MessageStatus="sent"), path)[wrong]
    content = urlencode(fields).encode()
    answer = twilio.raw(path, content, {"Content-Type": FORM} | headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "FORBIDDEN"
    assert stored(db) == {}


async def test_a_refused_signature_is_logged_once_a_minute(db: Database[Raw]) -> None:
    clock, kind = FakeClock(), {"Content-Type": FORM}
    app = application(Webhooks(PUBLIC, SECRETS, clock, POLICY))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC) as http:
        with capture_logs() as told:
            for seconds in (0, 1, 1, 60):
                clock.advance(seconds=seconds)
                answer = await http.post(f"{INBOUND_PATH}?n=1", content=b"Body=Hi", headers=kind)
                assert answer.status_code == 403
            await http.post(STATUS_PATH, content=b"Body=Hi", headers=kind)
    lines = [one for one in told if one["event"] == "webhook.unsigned"]
    assert [(one["kind"], one["path"], one["more"]) for one in lines] == [
        ("inbound", INBOUND_PATH, 0),
        ("inbound", INBOUND_PATH, 2),
        ("status", STATUS_PATH, 0),
    ]
    assert {one["log_level"] for one in lines} == {"warning"}


@pytest.mark.parametrize("path", [INBOUND_PATH, STATUS_PATH])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_posts_are_taken(twilio: Twilio, http: httpx2.Client, path: str, method: str) -> None:
    answer = http.request(method, twilio.url + path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


def test_a_replay_is_the_same_text(twilio: Twilio) -> None:
    fields = text("Hello")
    answers = [twilio.text(fields) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert Message.objects.count() == Thread.objects.count() == 1


def test_five_deliveries_at_the_same_time_are_one_text(twilio: Twilio) -> None:
    fields = text("Hello")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: twilio.text(fields), range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert Message.objects.count() == Thread.objects.count() == 1


def test_a_text_for_a_number_that_is_not_set_up_is_kept_and_flagged(twilio: Twilio) -> None:
    assert twilio.text(text(To="+17605550199")).status_code == 200
    assert Message.objects.get().unplaced
    assert not Thread.objects.get().known


@pytest.mark.parametrize("name", ["FutureField", "a.b", "$where", "", "_id", "rev", "😀"])
def test_fields_that_nobody_knows_are_kept_and_do_no_harm(twilio: Twilio, name: str) -> None:
    assert twilio.text(text("Hello", **{name: "1"})).status_code == 200
    kept = Message.objects.get()
    assert (kept.body, kept.rev) == ("Hello", 1)
    assert kept.raw[name] == "1"


@pytest.mark.parametrize("name", ["$rev", "$$NOW", "$", "a.b", "{}", "MyBrand"])
def test_addresses_that_mean_something_to_the_database_are_only_addresses(
    twilio: Twilio, name: str
) -> None:
    for _ in range(2):
        assert twilio.text(text(To=name, From=f"{name}{name}")).status_code == 200
    thread = Thread.objects.get()
    assert (thread.own_number, thread.phone) == (name, f"{name}{name}")
    assert Message.objects(to=name).count() == 2


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_signed_form_that_is_no_text_is_kept_for_somebody_to_look_at(
    twilio: Twilio, missing: str
) -> None:
    fields = text("Hello", **{"odd.name": "1"})
    del fields[missing]
    answers = [twilio.text(fields), twilio.text(fields)]
    assert {answer.status_code for answer in answers} == {200}
    kept = Stray.objects.get()
    assert (kept.kind, kept.raw["Body"]) == ("inbound", "Hello")
    assert Message.objects.count() == 0


def test_what_is_larger_than_any_webhook_is_refused(twilio: Twilio, db: Database[Raw]) -> None:
    whole = b"Body=" + b"x" * LARGEST
    pieces = (b"x" * 10_000 for _ in range(40))
    assert twilio.raw(INBOUND_PATH, whole, {"Content-Type": FORM}).status_code == 413
    assert twilio.raw(INBOUND_PATH, pieces, {"Content-Type": FORM}).status_code == 413
    assert stored(db) == {}


class Away:
    """A clock that asks a database that cannot be reached."""

    def now(self) -> datetime:
        raise ServerSelectionTimeoutError("away")


def test_while_the_database_is_away_nothing_is_acknowledged(
    db: Database[Raw], serve: Serve, http: httpx2.Client
) -> None:
    hooks = Webhooks(PUBLIC, SECRETS, Away(), POLICY)
    answer = Twilio(serve(application(hooks)), http).text(text())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_without_settings_the_webhooks_say_which_are_missing(
    serve: Serve, http: httpx2.Client, clock: FakeClock
) -> None:
    class Unset(Webhooks):
        """The same addresses, not set up."""

        def routes(self) -> Any:
            return unconfigured("Set TWILIO_AUTH_TOKEN.")

    twilio = Twilio(serve(application(Unset(PUBLIC, SECRETS, clock, POLICY))), http)
    answer = twilio.text(text())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NOT_CONFIGURED")
    assert "TWILIO_AUTH_TOKEN" in answer.text


def test_the_account_alone_opens_nothing(twilio: Twilio) -> None:
    assert ACCOUNT not in (TOKEN, SECOND, SHARED)
    assert twilio.text(text(To=OURS), key=ACCOUNT).status_code == 403
