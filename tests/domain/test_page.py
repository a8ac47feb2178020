"""The proof as a page: complete, harmless whatever is in it, and sealed by its hash."""

import json
import re
import subprocess
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import Author, Campaign, Contact, Message, Recipient
from domain.services import consent, proof, wordings
from domain.services.consent import Statement
from domain.services.people import activities
from domain.services.proof import entries
from tests.clock import NOON
from tests.domain.build import CUSTOMER, OURS, POLICY, TOKEN, customer, later, received

EVIL = "<script>alert('1')</script> & \"2\" \u202e"
VOID = {"meta", "br", "link"}


class Reader(HTMLParser):
    """Reads the page as a browser would: its words, its elements, whether they nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.seen, self.open = "", set[str](), list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name == "src"]
        links = [value or "" for name, value in attrs if name == "href"]
        assert all(one.startswith(("#", "https://", "http://")) for one in links)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def written(form: str = proof.HTML) -> str:
    """The whole of it for the customer."""
    whole = proof.gathered(customer(), EVIL, NOON, POLICY)
    return b"".join(proof.FORMS[form][1](whole)).decode()


def lived() -> Contact:
    """Somebody of whom there is one of everything."""
    shown = wordings.current(POLICY, NOON)
    agreed = Statement(
        "opt_in",
        "form",
        NOON,
        level="written",
        wording=shown.render(EVIL),
        wording_version=shown.version,
        ip="203.0.113.9",
        user_agent=f"Firefox {EVIL}",
        evidence_url="https://forms.example.com/9",
        note=EVIL,
        recorded_from_ip="198.51.100.4",
        recorded_by=TOKEN,
    )
    person = customer()
    consent.record("api:1", CUSTOMER, agreed, NOON)
    received(f"Hello {EVIL}")
    ours: dict[str, Any] = {"direction": "outbound", "from": OURS, "to": CUSTOMER}
    verdict = {"allowed": False, "reasons": ["quiet_hours"], "earliest": later(hours=9), "at": NOON}
    left = {"allowed": True, "reasons": ["opted_in"], "rulesVersion": "r-7", "at": later(hours=9)}
    ours |= {"body": "Your keys", "status": "delivered", "purpose": "marketing"}
    ours |= {"decisions": [verdict, left], "decision": left, "createdAt": later(60)}
    ours |= {"media": [{"name": "a.png", "contentType": "image/png", "bytes": 1_234_567}]}
    ours["media"][0]["sha256"] = "ab" * 32
    before = {**ours, "decisions": [], "createdAt": later(61), "body": "Of former times"}
    stored = [{**one, "origin": f"test:{n}", "rev": 1} for n, one in enumerate((ours, before))]
    Message._get_collection().insert_many(stored)
    activities.record(person.id, "revocation", f"Decided {EVIL}", Author(name="Dana"), later(90))
    made = Campaign(origin="c", name="Spring", body="b", purpose="marketing", sender=OURS)
    made.per_minute, made.created_at = 1, NOON
    made.save()
    out = Recipient(campaign_id=made.id, phone=CUSTOMER, contact_id=person.id, due_at=NOON)
    out.state, out.code, out.reason = "excluded", "OPTED_OUT", "They have opted out."
    out.save()
    return person


@pytest.mark.usefixtures("db")
def test_it_tells_everything_in_words() -> None:
    """Row: §7.1."""
    lived()
    page = Reader(written())
    assert not page.open
    for said in (
        "Agreed to texts to +17605550111 in writing (form).",
        f"text messages from {EVIL} at the phone number",
        "wording consent-1",
        "203.0.113.9",
        f"Firefox {EVIL}",
        "https://forms.example.com/9",
        "198.51.100.4",
        "CRM (program)",
        f"Hello {EVIL}",
        "2026-03-04 20:00:00 UTC · Kept until 2026-03-05 05:00:00 UTC: quiet hours.",
        "2026-03-05 05:00:00 UTC · May leave: opted in. (rules r-7)",
        "a.png, image/png, 1,234,567 bytes, SHA-256 " + "ab" * 32,
        "Of former times",
        f"Decided {EVIL}",
        "Spring",
        "[OPTED_OUT] They have opted out.",
        f"Asked for by{EVIL}",
    ):
        assert said in page.words, said
    assert page.words.count("May leave: opted in. (rules r-7)") == 2


@pytest.mark.usefixtures("db")
def test_the_json_has_the_same_things() -> None:
    lived()
    told = json.loads(written(proof.JSON))
    assert [len(told[name]) for name in ("consentEvents", "wordings", "decisions")] == [1, 1, 1]
    assert told["campaigns"][0]["name"] == "Spring"
    assert [one["reasons"] for one in told["texts"][1]["decisions"]] == [
        ["quiet_hours"],
        ["opted_in"],
    ]


@pytest.mark.usefixtures("db")
def test_nothing_in_it_runs_or_is_fetched() -> None:
    lived()
    whole = written()
    assert Reader(whole).seen.isdisjoint({"script", "img", "iframe", "form", "link", "object"})
    assert "default-src 'none'; style-src 'unsafe-inline'" in whole
    assert "url(" not in whole
    assert "@import" not in whole


@pytest.mark.usefixtures("db")
def test_evidence_that_is_no_address_is_no_link() -> None:
    customer()
    said = Statement("opt_in", "form", NOON, evidence_url="javascript:alert(1)")
    consent.record("api:2", CUSTOMER, said, NOON)
    assert "javascript:alert(1)" in Reader(written()).words


@pytest.mark.usefixtures("db")
def test_somebody_without_a_history_has_a_whole_page() -> None:
    page = Reader(written())
    assert "Nothing was ever recorded." in page.words
    assert "No text was ever sent or received." in page.words
    assert not page.open


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("form", sorted(proof.FORMS))
def test_the_last_line_is_the_hash_of_all_lines_before(form: str, tmp_path: Path) -> None:
    customer()
    path = tmp_path / "proof"
    path.write_text(written(form), encoding="utf-8")
    before = subprocess.run(["head", "-n", "-1", path], capture_output=True, check=True).stdout
    (found,) = re.findall("[0-9a-f]{64}", path.read_text().splitlines()[-1])
    assert sha256(before).hexdigest() == found


@pytest.mark.usefixtures("db")
def test_a_page_is_written_while_texts_are_read() -> None:
    person = customer()
    texts = [
        {"origin": f"test:{n}", "direction": "outbound", "to": CUSTOMER, "from": OURS}
        | {"body": f"test:{n}", "createdAt": NOON + timedelta(seconds=n), "_id": ObjectId()}
        for n in range(1_200)
    ]
    Message._get_collection().insert_many(texts)
    pieces = proof.page(proof.gathered(person, "CRM", NOON, POLICY))
    next(piece for piece in pieces if b"test:0<" in piece)
    Message._get_collection().delete_many({})
    assert sum(b"test:" in piece for piece in pieces) < 600  # the others were still elsewhere


ANY = (
    st.text(max_size=40)
    | st.none()
    | st.integers()
    | st.booleans()
    | st.lists(st.none(), max_size=0)
)
FIELDS = ("direction", "status", "purpose", "body", "from", "to", "errorCode", "errorMessage")


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from([*FIELDS, "name", "code", "reason", "text", "phone"]), ANY))
def test_documents_of_any_kind_are_shown(raw: dict[str, Any]) -> None:
    """Those of former times lack fields, or hold what ours do not."""
    made = raw | {"id": ObjectId()}
    for shown in (entries.text, entries.campaign, entries.decision, entries.number, entries.person):
        assert not Reader(shown(made)).open


def test_what_was_never_recorded_does_not_break_the_page() -> None:
    bare = {"id": ObjectId(), "at": NOON, "recordedAt": NOON, "action": "erased", "level": None}
    assert "a number that was forgotten" in Reader(entries.event(bare)).words
