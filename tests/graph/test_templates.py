"""Templates over the API: kept, listed by name, shown beside the texts that were made of them."""

from typing import Any

from bson import ObjectId

from domain.model import Author, Message, Template
from domain.services import agents
from domain.services.automation import templates
from tests.clock import NOON
from tests.domain.build import AGENT, person
from tests.graph.desk import Program

ANN = Author(kind="agent", key=AGENT)
MADE = """mutation($name: String!, $body: String!, $shared: Boolean = true) {
  createTemplate(input: { name: $name, body: $body, shared: $shared }) {
    ... on Template { id name body variables shared worstCaseSegments timesUsed owner { name } }
    ... on Problem { code message fields { field } } } }"""
CHANGED = """mutation($id: ID!, $name: String!, $body: String!) {
  updateTemplate(id: $id, input: { name: $name, body: $body }) {
    ... on Template { name body } ... on Problem { code message } } }"""
GONE = """mutation($id: ID!) { deleteTemplate(id: $id) {
    ... on Deleted { id } ... on Problem { code } } }"""
LISTED = """query($search: String, $first: Int, $after: Cursor) {
  templates(search: $search, first: $first, after: $after) {
    nodes { name owner { name } } totalCount pageInfo { hasNextPage endCursor } } }"""


def made(me: Program, name: str = "Viewing", body: str = "Hi {first_name|there}") -> Any:
    return me.ask(MADE, name=name, body=body)["createTemplate"]


def test_a_template_is_kept(me: Program) -> None:
    kept = made(me, body="Hi {first_name|there}, see {listing}")
    del kept["id"]
    assert kept == {
        "name": "Viewing",
        "body": "Hi {first_name|there}, see {listing}",
        "variables": ["first_name", "listing"],
        "shared": True,
        "worstCaseSegments": 1,
        "timesUsed": 0,
        "owner": None,
    }


def test_what_cannot_be_one_is_a_problem(me: Program) -> None:
    assert made(me, body="Hi {")["fields"] == [{"field": "body"}]
    made(me)
    assert made(me)["code"] == "CONFLICT"
    assert Template.objects.count() == 1


def test_a_template_is_changed_and_removed(me: Program) -> None:
    own = made(me)["id"]
    changed = me.ask(CHANGED, id=own, name="Visit", body="Bye")["updateTemplate"]
    assert changed == {"name": "Visit", "body": "Bye"}
    assert me.ask(GONE, id=own)["deleteTemplate"] == {"id": own}
    assert me.ask(GONE, id=own)["deleteTemplate"] == {"code": "NOT_FOUND"}
    assert me.ask("query($id: ID!) { template(id: $id) { id } }", id=own) == {"template": None}


def test_templates_are_listed_by_name_and_found_by_words(me: Program) -> None:
    agents.learn(person(), NOON)
    ours = templates.create("b ours", "Hi", True, ANN, NOON)
    templates.create("b own", "Hi", False, ANN, NOON)
    for name in ("C house", "a House", "d"):
        made(me, name=name)
    page = me.ask(LISTED, first=2)["templates"]
    assert [one["name"] for one in page["nodes"]] == ["a House", "b ours"]
    assert page["nodes"][1]["owner"] == {"name": "Ann Agent"}
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, True)
    rest = me.ask(LISTED, first=9, after=page["pageInfo"]["endCursor"])["templates"]
    assert [one["name"] for one in rest["nodes"]] == ["C house", "d"]
    found = me.ask(LISTED, search="hou")["templates"]
    assert [one["name"] for one in found["nodes"]] == ["a House", "C house"]
    templates.remove(ours.id, ANN, NOON)
    assert me.ask(LISTED, first=9)["templates"]["totalCount"] == 3


def test_a_text_shows_what_it_was_made_of_even_when_that_is_gone(me: Program) -> None:
    own = made(me)["id"]
    Message._get_collection().insert_one(text(own))
    me.ask(GONE, id=own)
    shown = me.ask("{ messages { nodes { template { name timesUsed } } } }")["messages"]["nodes"]
    assert shown == [{"template": {"name": "Viewing", "timesUsed": 0}}]


def text(template_id: str) -> dict[str, Any]:
    return {
        "origin": "x",
        "direction": "outbound",
        "status": "sent",
        "from": "+17605550100",
        "to": "+17605550111",
        "createdAt": NOON,
        "templateId": ObjectId(template_id),
    }
