"""The audit log by the API: what programs did, what they tried, read by administrators alone."""

from typing import Any

from domain.model import AuditEntry, Contact
from graph.access import SCOPES
from graph.auditing import DEEDS
from graph.schema import schema
from tests.graph.desk import Program, person, program

LOG = """query($subject: String, $first: Int, $after: Cursor) {
  auditLog(subject: $subject, first: $first, after: $after) {
  nodes { at action subject ip facts { name value } actor { ... on Token { name } } }
  pageInfo { hasNextPage endCursor } } }"""
DELETE = """mutation($id: ID!) { deleteContact(id: $id) {
  ... on Deleted { id } ... on Problem { code } } }"""
CREATE = """mutation { createToken(name: "Wall", scopes: ["read"]) {
  ... on CreatedToken { secret token { id } } ... on Problem { code } } }"""


def log(admin: Program, **asked: Any) -> list[Any]:
    """Entries of the audit log, the newest first."""
    found: list[Any] = admin.ask(LOG, **asked)["auditLog"]["nodes"]
    return found


def facts(entry: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in entry["facts"]}


def test_what_programs_do_to_people_is_written_down(url: str) -> None:
    writer, admin = program(url, "write"), program(url, "admin")
    contact = person()
    writer.do(DELETE, id=str(contact.id))
    assert not Contact.objects.count()
    (entry,) = log(admin, subject=str(contact.id))
    assert (entry["action"], facts(entry)) == ("contact.delete", {"eraseMessages": "False"})
    assert entry["actor"] == {"name": "Test program"}
    assert entry["ip"] == "127.0.0.1"


def test_what_was_tried_and_refused_stands_beside_it(url: str) -> None:
    admin = program(url, "admin")
    gone = "507f1f77bcf86cd799439011"
    assert admin.do(DELETE, id=gone)["code"] == "NOT_FOUND"
    later, before = log(admin, subject=gone)
    assert facts(later) == {"eraseMessages": "False", "failed": "NOT_FOUND"}
    assert "failed" not in facts(before)


def test_a_new_token_is_told_without_its_secret(url: str) -> None:
    admin = program(url, "admin")
    made = admin.do(CREATE)
    (entry,) = log(admin, subject=made["token"]["id"])
    assert facts(entry) == {"name": "Wall", "scopes": "read"}
    assert made["secret"] not in str(list(AuditEntry._get_collection().find()))


def test_a_token_that_tries_too_much_is_noted_and_reads_no_log(url: str) -> None:
    reader, admin = program(url, "read"), program(url, "admin")
    assert reader.refused(LOG)["extensions"]["code"] == "FORBIDDEN"
    for _ in range(3):
        assert reader.do(CREATE)["code"] == "FORBIDDEN"
    told = [(one["action"], facts(one)) for one in log(admin)]
    assert told == [
        ("refused", {"deed": "Mutation.createToken"}),
        ("refused", {"deed": "Query.auditLog"}),
    ]


def test_the_log_comes_in_pages(url: str) -> None:
    admin = program(url, "admin")
    for _ in range(3):
        admin.do(CREATE)
    page = admin.ask(LOG, first=2)["auditLog"]
    assert page["pageInfo"]["hasNextPage"]
    rest = admin.ask(LOG, first=2, after=page["pageInfo"]["endCursor"])["auditLog"]
    assert len(page["nodes"]) + len(rest["nodes"]) == 3


def test_every_deed_is_a_mutation_with_the_arguments_that_are_told() -> None:
    fields = schema()._schema.mutation_type.fields  # type: ignore[union-attr]
    for name, deed in DEEDS.items():
        assert f"Mutation.{name}" in SCOPES
        assert {*filter(None, [deed.about]), *deed.facts} <= set(fields[name].args)
