"""The consent sentence over the API: asked for, recorded by its version; who gave the consent."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette

from domain.policy import ConsentPolicy
from domain.rules.consent import wording
from tests.clock import FakeClock
from tests.graph.conftest import Api, mounted
from tests.graph.desk import POLICY, Program, http, person, program

MINE = replace(POLICY, consent=ConsentPolicy(wording="Text me, {BUSINESS_NAME}. STOP ends it."))
SHOWN = "{ consentWording { version text } }"
RECORD = """mutation($id: ID!, $input: ConsentInput!) {
  recordConsent(contactId: $id, input: $input) {
  ... on ConsentEvent { wording wordingVersion ip userAgent recordedFromIp }
  ... on Problem { code message fields { field } } } }"""
YES = {"action": "OPT_IN", "level": "WRITTEN", "method": "FORM"}


def record(me: Program, **said: Any) -> dict[str, Any]:
    return dict(me.do(RECORD, id=str(person().id), input=YES | said))


def test_the_sentence_in_force_is_told_with_its_version(me: Program, api: Api) -> None:
    ours = me.ask(SHOWN)["consentWording"]
    assert ours["version"] == wording.CURRENT.version
    assert "text messages from Cedar & Pine" in ours["text"]
    own = program(api(policy=MINE), "read").ask(SHOWN)["consentWording"]
    assert own["text"] == "Text me, Cedar & Pine. STOP ends it."
    assert own["version"].startswith("own-")


def test_a_form_that_names_the_version_need_not_repeat_the_words(me: Program, api: Api) -> None:
    """Row: §7.1."""
    theirs = program(api(policy=MINE), "read", "write")
    version = theirs.ask(SHOWN)["consentWording"]["version"]
    event = record(me, wordingVersion=version)  # by now other words are in force
    assert (event["wordingVersion"], event["wording"]) == (
        version,
        "Text me, Cedar & Pine. STOP ends it.",
    )


def test_a_version_that_never_was_is_refused_unless_its_words_are_given(me: Program) -> None:
    refused = record(me, wordingVersion="v7")
    assert refused["code"] == "INVALID_INPUT"
    assert refused["fields"] == [{"field": "wordingVersion"}]
    assert "“v7”" in refused["message"]


def test_own_words_with_an_own_version_are_kept_as_they_are(me: Program) -> None:
    event = record(me, wordingVersion="v7", wording="I agree to texts.")
    assert (event["wordingVersion"], event["wording"]) == ("v7", "I agree to texts.")


@pytest.mark.parametrize(
    ("trusted", "seen"), [(["127.0.0.1"], "203.0.113.50"), (["10.0.0.0/8"], "127.0.0.1"), ([], "")]
)
def test_who_filled_in_the_form_and_where_it_was_sent_from_are_kept(
    serve: Any, clock: FakeClock, db: object, trusted: list[str], seen: str
) -> None:
    """Row: §7.1."""
    app = Starlette(routes=mounted("/graphql", clock=clock))
    proxied = {"proxy_headers": bool(trusted), "forwarded_allow_ips": trusted}
    me = program(f"{serve(app, **proxied)}/graphql", "read", "write")
    said = YES | {"ip": "198.51.100.7", "userAgent": "Firefox/140", "wording": "Yes, text me."}
    body = {"query": RECORD, "variables": {"id": str(person().id), "input": said}}
    through = me.headers | {"x-forwarded-for": "192.0.2.66, 203.0.113.50"}
    event = http().post(me.url, json=body, headers=through).json()["data"]["recordConsent"]
    assert (event["ip"], event["userAgent"]) == ("198.51.100.7", "Firefox/140")
    assert event["recordedFromIp"] == (seen or "127.0.0.1")
