"""What those who run it can follow, and what they never get to see."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from adapters.sandbox.slack.signature import signed
from adapters.twilio.routes import INBOUND_PATH
from tests import local
from tests.story.watched import NUMBER, SECRETS, Watched, watched
from tests.story.world import DELIVERED, TROUBLE, World, until
from tests.test_cli import located

TRACE = "0af7651916cd43dd8448eb211c80319c"
JANE, OMAR = "+17605557731", "+17605557732"
NAMES = ("Wilhelmina", "Quackenbush", "wilhelmina@quackenbush.example")
WORDS = ("zebrafink", "quokka", "okapi", "pangolin", "axolotl", "capybara", "wombat", "narwhal")
SEND = """mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Message { id } ... on Problem { code message } } }"""
UPLOAD = "mutation ($file: Upload!) { uploadMedia(file: $file) { ... on Media { id } } }"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
CREATE = """mutation ($input: CreateContactInput!) {
  createContact(input: $input) { ... on Contact { id } ... on Problem { code message } } }"""


@pytest.fixture
def here(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[Watched]:
    """Web and worker."""
    with watched(tmp_path, located(mongodb_uri, spare_database)) as made:
        yield made


@pytest.fixture
def whole(tmp_path: Path, mongodb_uri: str, spare_database: str) -> Iterator[Watched]:
    """Web, worker and bot, which hears Slack by Socket Mode."""
    with watched(tmp_path, located(mongodb_uri, spare_database), socket_mode=True) as made:
        yield made


def trace_of(made: Watched, event: str, **facts: object) -> str:
    """The trace of the first line that says so."""

    def found() -> str | None:
        for line in made.lines():
            if line["event"] == event and facts.items() <= line.items():
                return str(line["trace"])
        return None

    return until(found, f"{event} {facts}")


def names(made: Watched, trace: str) -> set[str]:
    """The spans of a trace that have arrived."""
    batches = [one for request in [*made.spans] for one in request.resource_spans]
    spans = [span for batch in batches for scope in batch.scope_spans for span in scope.spans]
    return {span.name for span in spans if span.trace_id.hex() == trace}


@pytest.mark.long
def test_one_text_is_followed_through_all_processes_by_its_trace(here: Watched) -> None:
    text = here.world.text(JANE, "HELP")
    until(lambda: here.world.carried(JANE), "our answer")
    trace = trace_of(here, "text.received", sid=text["sid"])
    journey = {
        ("web", "text.received"),
        ("worker", "text.relayed"),
        ("worker", "text.answered"),
        ("worker", "twilio.called"),
        ("worker", "text.dispatched"),
        ("web", "report.received"),
    }
    until(lambda: journey <= here.events(trace), "each step under the same trace")
    spans = {"webhook text", "relay say", "dispatch", "webhook report"}
    until(lambda: spans <= names(here, trace), "a span of each")
    own = {line["message"] for line in here.lines(trace) if line["event"] == "report.received"}
    sent = {line["message"] for line in here.lines(trace) if line["event"] == "text.dispatched"}
    assert own == sent
    place = here.world.place("HELP")
    place.joined()
    ts = place.write("We are here")
    place.marked(ts, DELIVERED)
    agents = trace_of(here, "text.dispatched", outcome="accepted", message=_answer(here, sent))
    assert agents != trace
    assert {("worker", "text.dispatched"), ("web", "report.received")} <= here.events(agents)
    figures = here.figures("worker") + here.figures("web")
    for counted in ('dispatches_total{outcome="accepted"} 2.0', "relay_delay_seconds_count 1.0"):
        assert f"threadline_{counted}" in figures
    _by_a_program(here)


def _answer(made: Watched, before: set[str]) -> str:
    """The text that has left since."""
    told = [line for line in made.lines() if line["event"] == "text.dispatched"]
    return next(str(line["message"]) for line in told if line["message"] not in before)


def _by_a_program(made: Watched) -> None:
    """A program's own name of its request is the trace of the text that it sends."""
    given = {"to": JANE, "body": "From a program", "idempotencyKey": "k"}
    headers = made.program.headers | {"X-Request-Id": TRACE}
    body = {"query": SEND, "variables": {"input": given}}
    answer = local.post(made.program.url, json=body, headers=headers)
    assert answer.headers["x-request-id"] == TRACE
    assert answer.json()["data"]["sendMessage"].keys() == {"id"}, answer.text
    journey = {("worker", "text.dispatched"), ("web", "report.received")}
    until(lambda: journey <= made.events(TRACE), "the program's text under its own name")
    until(lambda: {"graphql", "dispatch"} <= names(made, TRACE), "spans of it")


@pytest.mark.long
def test_no_words_numbers_names_or_secrets_leave_the_installation(
    whole: Watched, mongodb_uri: str, spare_database: str
) -> None:
    world = whole.world
    ready = local.get(f"{whole.health['bot']}/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    _meet(whole)
    _refuse_strangers(whole)
    _answer_in_trouble(world)
    _send_a_picture(whole)
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        _break_a_text(whole, client[spare_database]["smsmessages"])
    _say_stop(world)
    shown = whole.everything()
    for event in ("text.received", "text.dispatched", "work.failed", "graph.unexpected"):
        assert f'"{event}"' in shown, event
    assert "threadline_webhook_requests_total" in shown
    assert "webhook report" in shown
    assert leaks(shown, _secrets(whole)) == []


def leaks(shown: str, secrets: list[str]) -> list[str]:
    """Each secret that is somewhere in it, with what stands around."""
    flat = shown.lower()
    return [
        f"{secret}: {shown[max(place - 200, 0) : place + 60]}"
        for secret in secrets
        if (place := flat.find(secret.lower())) >= 0
    ]


def test_a_leak_would_be_found() -> None:
    shown = "a line\nevent: Zebrafink +17605557731"
    assert [one[:9] for one in leaks(shown, ["zebrafink", "quokka", "7605557731"])] == [
        "zebrafink",
        "760555773",
    ]


def _secrets(made: Watched) -> list[str]:
    """All that nobody is to see, in each form in which it could come."""
    digits = [phone.lstrip("+") for phone in (JANE, OMAR, NUMBER)]
    links = [url for text in made.world.carried(OMAR) for url in text["mediaUrls"]]
    assert links
    signed_parts = [re.split(r"/(?:files|l)/", url)[-1] for url in links]
    token = str(made.program.secret)
    return [
        *(*WORDS, *NAMES, *SECRETS.values(), *digits),
        *(one[1:] for one in digits),  # as people write them
        *(token, token.removeprefix("tl_"), *signed_parts),
    ]


def _meet(made: Watched) -> None:
    """Somebody with a name, whom both sides write to."""
    person = {"firstName": NAMES[0], "lastName": NAMES[1], "email": NAMES[2], "phone": JANE}
    assert "id" in made.program.do(CREATE, input=person)
    made.world.text(JANE, "Have you seen my zebrafink?")
    place = made.world.place("Have you seen my zebrafink?")
    place.joined()
    ts = place.write("No, but a quokka")
    place.marked(ts, DELIVERED)
    made.program.do(SEND, input={"to": JANE, "body": "And an okapi", "idempotencyKey": "k1"})
    made.world.reached(JANE, "No, but a quokka", "And an okapi")


def _refuse_strangers(made: Watched) -> None:
    """Forged, malformed and forbidden requests, with words and numbers in them."""
    form = {"From": JANE, "To": NUMBER, "Body": "a pangolin", "MessageSid": "SM" + "0" * 32}
    forged = {"X-Twilio-Signature": "bm90IHRoaXM="}
    answer = local.post(f"{made.world.url}{INBOUND_PATH}", data=form, headers=forged)
    assert answer.status_code == 403
    for body in (b'{"event": {"text": "pangolin"}}', b"payload=pangolin"):
        headers = signed(SECRETS["SLACK_SIGNING_SECRET"] + "x", body)
        told = local.post(f"{made.world.url}/slack/events", content=body, headers=headers)
        assert told.status_code in (401, 404)  # by Socket Mode it may not be there at all
    wrong = {"authorization": f"Bearer {made.program.secret}x"}
    query = f'{{ messages(filter: {{phone: "{JANE}", text: "pangolin"}}) {{ nope }} }}'
    for given in (wrong, made.program.headers):
        local.post(made.program.url, json={"query": query}, headers=given)
    made.program.post(SEND, input={"to": "7605557731x", "body": "pangolin"})
    local.get(f"{made.world.url}/files/pangolin-{JANE}")
    local.get(f"{made.world.url}/metrics", headers=wrong)


def _answer_in_trouble(world: World) -> None:
    """Twilio and Slack are slow, answer garbage, or do the deed and say nothing."""
    garbage = {"action": "answer", "status": 500, "body": {"axolotl": "axolotl"}, "times": 2}
    lost = {"action": "drop_reply", "times": 1, "method": "twilio.messages.create"}
    slow = {"action": "delay", "seconds": 1.5, "times": 2, "method": "slack.chat.postMessage"}
    for rule in (garbage | {"method": "slack.chat.postMessage"}, lost, slow):
        world.http.post("/faults", json=[rule]).raise_for_status()
    world.text(OMAR, "An axolotl, please")
    place = world.place("An axolotl, please")
    place.joined()
    ts = place.write("Here is your capybara")
    world.reached(OMAR, "Here is your capybara")
    place.marked(ts, DELIVERED)


def _send_a_picture(made: Watched) -> None:
    """Whoever has its address has the picture."""
    file_id = made.program.send(UPLOAD, PNG, "narwhal.png").json()["data"]["uploadMedia"]["id"]
    given = {"to": OMAR, "body": "A wombat", "mediaIds": [file_id], "idempotencyKey": "k2"}
    made.program.do(SEND, input=given)
    made.world.reached(OMAR, "Here is your capybara", "A wombat")


def _break_a_text(made: Watched, texts: Any) -> None:
    """A document that nobody can read: what is raised over it quotes it."""
    found = texts.find_one({"from": OMAR})
    broken = {"body": {"wombat": OMAR}, "shadow.ts": {"wombat": 1}, "media": [{"wombat": OMAR}]}
    due = {"relay.state": "due", "relay.due_at": found["createdAt"]}
    texts.update_one({"_id": found["_id"]}, {"$set": broken | due})
    until(lambda: [one for one in made.lines() if one["event"] == "work.failed"], "a failure")
    query = f'{{ message(id: "{found["_id"]}") {{ media {{ url }} }} }}'
    assert "errors" in made.program.post(query).json()


def _say_stop(world: World) -> None:
    """Somebody wants no more, and an agent writes to them all the same."""
    place = world.place("Have you seen my zebrafink?")
    world.text(JANE, "STOP")
    until(lambda: "STOP" in place.shown(), "the STOP")
    ts = place.write("One narwhal more")
    place.marked(ts, TROUBLE)
