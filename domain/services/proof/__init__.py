"""All that proves one person's consent: for programs as JSON, for people as a page to print.

Both are written while they are read, so that a long history needs no room, and both end with a
line that holds the SHA-256 of all bytes before it (`head -n -1 FILE | sha256sum`).
"""

from datetime import datetime, timedelta

from domain.policy import Policy
from domain.ports import Files, StoredFile
from domain.services.people import contacts
from domain.services.proof.data import document
from domain.services.proof.gathering import Dossier, gathered
from domain.services.proof.printing import page

__all__ = [
    "FETCHED_WITHIN",
    "FORMS",
    "HTML",
    "JSON",
    "KIND",
    "Dossier",
    "document",
    "export",
    "gathered",
    "page",
]
KIND = "proof"
FETCHED_WITHIN = timedelta(hours=1)
JSON, HTML = "json", "html"
FORMS = {JSON: ("application/json", document), HTML: ("text/html", page)}


def export(
    files: Files,
    contact_id: object,
    by: str,
    now: datetime,
    policy: Policy,
    form: str = JSON,
) -> StoredFile:
    """Write the proof for one contact and keep it for an hour; NotFound for nobody."""
    contact = contacts.get(contact_id)
    kind, written = FORMS[form]
    return files.put(
        f"consent-proof-{contact.id}.{form}",
        kind,
        written(gathered(contact, by, now, policy)),
        kind=KIND,
        now=now,
        expires_at=now + FETCHED_WITHIN,
    )
