"""Tables over the API: uploaded, followed, called off, and written for whoever asks."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from mongoengine.connection import get_db

from adapters.web.files import SignedLinks
from domain.model import Contact, Import
from domain.services.people import merging
from tests.clock import NOON, FakeClock
from tests.domain.build import TOKEN
from tests.domain.tables import JANE, JOE, csv, finished, row
from tests.graph.conftest import Api
from tests.graph.desk import PUBLIC, Program, http, person, program

FIELDS = "id status dryRun total done created updated failed"
IMPORT = f"""mutation ($file: Upload!) {{
  importContacts(csv: $file, dryRun: %s) {{
    ... on Import {{ {FIELDS} name problem createdAt finishedAt }}
    ... on Problem {{ code message fields {{ field message }} }}
  }}
}}"""
REPORT = f"""query ($id: ID!, $first: Int = 100, $after: Cursor) {{
  import(id: $id) {{ {FIELDS} problem finishedAt errors(first: $first, after: $after) {{
    nodes {{ row field message }} edges {{ cursor }} totalCount pageInfo {{ hasNextPage endCursor }}
  }} }}
}}"""
CANCEL = """mutation ($id: ID!) {
  cancelImport(id: $id) { ... on Import { status } ... on Problem { code message } }
}"""
EXPORT = """mutation ($filter: ContactFilter) {
  exportContacts(filter: $filter) {
    ... on Export { url expiresAt } ... on Problem { code message }
  }
}"""
PEOPLE = [row(smsOptIn="yes", city="Vista"), row(JOE, "Joe"), row("12"), row("760", status="x")]


def handed(me: Program, data: bytes, dry_run: str = "false") -> dict[str, Any]:
    """What became of one upload."""
    reply = me.send(IMPORT % dry_run, data, "people.csv").json()
    assert "errors" not in reply, reply
    return dict(reply["data"]["importContacts"])


def done(me: Program, data: bytes, dry_run: str = "false") -> dict[str, Any]:
    """The import after a worker has been at it."""
    made = handed(me, data, dry_run)
    finished(Import.objects.get(id=made["id"]))
    return dict(me.ask(REPORT, id=made["id"])["import"])


def fetched(me: Program, url: str) -> httpx2.Response:
    """What is at an address of ours, on the server that the tests run."""
    return http().get(me.url.replace("/graphql", "") + url.removeprefix(PUBLIC))


def test_a_table_is_taken_in_and_waits_for_a_worker(me: Program) -> None:
    made = handed(me, csv(*PEOPLE))
    assert (made["status"], made["dryRun"], made["total"], made["done"]) == (
        "PENDING",
        False,
        4,
        0,
    )
    assert (made["name"], made["createdAt"]) == ("people.csv", "2026-03-04T20:00:00.000Z")
    assert Contact.objects.count() == 0


def test_its_counts_and_its_report_are_there_when_it_is_done(me: Program) -> None:
    found = done(me, csv(*PEOPLE))
    assert {name: found[name] for name in FIELDS.split()[1:]} == {
        "status": "DONE",
        "dryRun": False,
        "total": 4,
        "done": 4,
        "created": 2,
        "updated": 0,
        "failed": 2,
    }
    assert [(one["row"], one["field"]) for one in found["errors"]["nodes"]] == [
        (4, "phone"),
        (5, "phone"),
        (5, "status"),
    ]
    assert found["errors"]["totalCount"] == 3


@pytest.mark.parametrize("said", ["", ", dryRun: true", ", dryRun: null"])
def test_it_is_a_dry_run_unless_said_otherwise(me: Program, said: str) -> None:
    query = IMPORT.replace(", dryRun: %s", said)
    made = me.send(query, csv(*PEOPLE)).json()["data"]["importContacts"]
    assert made["dryRun"] is True
    finished(Import.objects.get(id=made["id"]))
    assert Contact.objects.count() == 0


def test_the_report_comes_in_pages(me: Program) -> None:
    made = done(me, csv(*[row("12")] * 7))
    seen, after = [], None
    while True:
        page = me.ask(REPORT, id=made["id"], first=3, after=after)["import"]["errors"]
        seen += [one["row"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [2, 3, 4, 5, 6, 7, 8]
    assert page["totalCount"] == 7


def test_each_import_has_its_own_report(me: Program) -> None:
    done(me, csv(row("12")))
    other = done(me, csv(row(), row("13")))
    assert [one["row"] for one in other["errors"]["nodes"]] == [3]


def test_who_imported_is_in_the_ledger(me: Program) -> None:
    done(me, csv(*PEOPLE))
    (event,) = get_db()["ledger"].find({})
    assert event["recordedBy"] == {"kind": "token", "key": me.token_id, "name": "Test program"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"name\nJane", "no column `phone`"),
        ("phone\n760".encode("utf-16"), "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0", "UTF-8"),
        (b"phone\n760\0", "NUL"),
        (b'phone\n"760', "Row 2"),
        (b"phone\n" + b"x" * 1_200_000, "Row 2"),
        (b"phone,n\n" + (b"1," + b"x" * 99_000 + b"\n") * 510, "50,000,000 bytes"),
    ],
    ids=["empty", "no phone", "utf-16", "picture", "nul", "quote", "long", "large"],
)
def test_what_is_no_table_of_contacts_is_a_problem(me: Program, data: bytes, reason: str) -> None:
    made = handed(me, data)
    assert made["code"] == "INVALID_INPUT"
    assert reason in made["message"]
    assert [one["field"] for one in made["fields"]] == ["csv"]
    assert Import.objects.count() + get_db()["files.files"].count_documents({}) == 0


def test_an_upload_is_a_file_and_nothing_else(me: Program) -> None:
    error = me.refused(IMPORT % "true", file="phone,name")
    assert error["extensions"]["code"] == "INVALID_INPUT"


@pytest.mark.parametrize("name", ["", "\0", "../../etc/passwd", "😀" * 300, "a\r\nb"])
def test_a_file_may_be_called_anything(me: Program, name: str) -> None:
    reply = me.send(IMPORT % "true", csv(row()), name or "x")
    assert reply.json()["data"]["importContacts"]["status"] == "PENDING"


def test_an_import_is_called_off_once(me: Program) -> None:
    made = handed(me, csv(*PEOPLE))
    for _ in range(2):
        assert me.do(CANCEL, id=made["id"]) == {"status": "CANCELED"}
    finished(Import.objects.get(id=made["id"]))
    assert Contact.objects.count() == 0
    assert me.ask(REPORT, id=made["id"])["import"]["status"] == "CANCELED"


def test_what_has_ended_cannot_be_called_off(me: Program) -> None:
    made = done(me, csv(row()))
    assert me.do(CANCEL, id=made["id"])["code"] == "CONFLICT"


@pytest.mark.parametrize("own", ["000000000000000000000001", "x", "\0"])
def test_an_unknown_import_is_nothing(me: Program, own: str) -> None:
    assert me.ask(REPORT, id=own) == {"import": None}
    assert me.do(CANCEL, id=own)["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"first": 0}, "first"), ({"first": 201}, "first"), ({"after": "x"}, "after")],
)
def test_a_page_that_cannot_be_is_refused(me: Program, given: dict[str, Any], field: str) -> None:
    made = done(me, csv(row("12")))
    error = me.refused(REPORT, id=made["id"], **given)
    assert [one["field"] for one in error["extensions"]["fields"]] == [field]


def test_an_export_can_be_fetched_for_an_hour(me: Program, clock: FakeClock) -> None:
    done(me, csv(*PEOPLE))
    export = me.do(EXPORT)
    assert export["expiresAt"] == "2026-03-04T21:00:00.000Z"
    reply = fetched(me, export["url"])
    assert reply.headers["content-type"].startswith("text/csv")
    assert "contacts-2026-03-04.csv" in reply.headers["content-disposition"]
    clock.set(NOON + timedelta(hours=1))
    assert fetched(me, export["url"]).status_code == 410


def test_what_was_exported_can_be_imported(me: Program) -> None:
    done(me, csv(*PEOPLE))
    data = fetched(me, me.do(EXPORT)["url"]).content
    for name in ("contacts", "numbers", "numberkeys", "ledger"):
        get_db()[name].delete_many({})
    again = done(me, data)
    assert (again["created"], again["failed"]) == (2, 0)
    assert {one.phone for one in Contact.objects(preferences__sms_opt_in=True)} == {JANE}


def test_an_export_leaves_out_whom_the_filter_does(me: Program) -> None:
    person(JANE, tags=["vip"])
    person(JOE)
    data = fetched(me, me.do(EXPORT, filter={"tagsAny": ["vip"]})["url"]).text
    assert JANE in data
    assert JOE not in data


def test_who_was_merged_is_exported_once(me: Program) -> None:
    kept, merged = person(JANE), person(JOE, first_name="Joe")
    merging.merge(kept.id, merged.id, TOKEN, NOON)
    lines = fetched(me, me.do(EXPORT)["url"]).text.splitlines()
    assert len(lines) == 2
    assert "Joe" not in lines[1]


def test_without_a_secret_there_is_no_link_and_no_file(api: Api) -> None:
    me = program(api(links=SignedLinks(PUBLIC, "")), "read")
    assert me.do(EXPORT)["code"] == "NOT_CONFIGURED"
    assert get_db()["files.files"].count_documents({}) == 0
