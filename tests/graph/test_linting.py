"""The linter over the API: it warns in answers, and refuses only where the owner says so."""

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.errors import InvalidInput
from domain.model import Template
from domain.policy import ConsentPolicy
from domain.rules.consent.optout import LINE
from domain.services import linting
from tests.graph.conftest import Api
from tests.graph.desk import POLICY, Program, program

STRICT = replace(POLICY, consent=ConsentPolicy(lint_blocks=True))
MADE = """mutation($body: String!) { createTemplate(input: { name: "Party", body: $body }) {
  ... on Template { id warnings } ... on Problem { code message fields { field message } } } }"""
CHANGED = """mutation($id: ID!, $body: String!) {
  updateTemplate(id: $id, input: { name: "Party", body: $body }) {
    ... on Template { warnings } ... on Problem { code } } }"""
SEEN = """query($input: SendMessageInput!) { previewMessage(input: $input) { body warnings } }"""
WINE = "Join us for a glass of wine, {first_name|friend}"


def made(me: Program, body: str) -> Any:
    return me.ask(MADE, body=body)["createTemplate"]


def test_a_template_is_kept_with_its_warnings_and_the_log_has_no_words(me: Program) -> None:
    """Row: §9.1."""
    with capture_logs() as logs:
        kept = made(me, WINE)
    assert ["alcohol" in one for one in kept["warnings"]] == [True]
    assert [one["codes"] for one in logs if one["event"] == "text.linted"] == [["ALCOHOL"]]
    assert "glass" not in str(logs)
    listed = me.ask("{ templates { nodes { warnings } } }")["templates"]["nodes"]
    assert listed == [{"warnings": kept["warnings"]}]
    changed = me.ask(CHANGED, id=kept["id"], body="Join us")["updateTemplate"]
    assert changed == {"warnings": []}


def test_it_blocks_when_the_owner_says_so(api: Api) -> None:
    strict = program(api(policy=STRICT), "read", "write")
    told = made(strict, f"{WINE}, bit.ly/party")
    assert told["code"] == "INVALID_INPUT"
    assert [one["field"] for one in told["fields"]] == ["body", "body"]
    assert "alcohol" in told["message"]
    assert "bit.ly" in told["message"]
    assert Template.objects.count() == 0
    kept = made(strict, "Join us")
    changed = strict.ask(CHANGED, id=kept["id"], body=WINE)["updateTemplate"]
    assert changed == {"code": "INVALID_INPUT"}
    assert Template.objects.get().body == "Join us"


def test_a_preview_warns_of_the_text_as_it_would_leave(me: Program) -> None:
    said = {"to": "7605551234", "body": "It is bit.ly/x", "purpose": "MARKETING"}
    seen = me.ask(SEEN, input=said)["previewMessage"]
    assert seen["body"] == f"It is bit.ly/x\nCedar & Pine: {LINE}"
    assert ["bit.ly" in one for one in seen["warnings"]] == [True]
    plain = me.ask(SEEN, input=said | {"body": "Hi"})["previewMessage"]
    assert plain["warnings"] == []


@pytest.mark.parametrize("setting", ["first", "marketing", "every"])
def test_what_goes_to_many_must_name_us_but_the_line_is_ours_to_add(setting: str) -> None:
    """Row: §9.4."""
    policy = replace(POLICY, consent=ConsentPolicy(opt_out_line=setting))
    assert [one.code for one in linting.concerns("Sale", "marketing", policy)] == ["NO_BRAND"]
    assert linting.check("Cedar & Pine sale", policy, "marketing") == ()


def test_a_field_of_another_name_can_be_meant() -> None:
    with pytest.raises(InvalidInput) as told:
        linting.check("Casino", STRICT, "marketing", field="input.body")
    assert {one.field for one in told.value.fields} == {"input.body"}
