"""All that proves one person's consent: for programs as JSON, for people as a page to print.

Both are written while they are read, so that a long history needs no room, and both end with a
line that holds the SHA-256 of all bytes before it (`head -n -1 FILE | sha256sum`).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bson import ObjectId

from domain.errors import NotFound
from domain.model import Contact
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
    "meant",
    "page",
    "written",
]
KIND = "proof"
NOBODY = "No contact has this number."
FETCHED_WITHIN = timedelta(hours=1)
JSON, HTML = "json", "html"
FORMS = {JSON: ("application/json", document), HTML: ("text/html", page)}


def written(
    contact: Contact, by: str, now: datetime, policy: Policy, form: str = JSON
) -> Iterator[bytes]:
    """Piece by piece, in one of the forms."""
    return FORMS[form][1](gathered(contact, by, now, policy))


def meant(whom: str, region: str) -> Contact:
    """Who has that id or that number, in any usual form; NotFound or InvalidInput for nobody."""
    if ObjectId.is_valid(whom):
        return contacts.get(whom)
    found = contacts.by_phone(contacts.readable(whom, region))
    if found is None:
        raise NotFound(NOBODY)
    return found


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
    return files.put(
        f"consent-proof-{contact.id}.{form}",
        FORMS[form][0],
        written(contact, by, now, policy, form),
        kind=KIND,
        now=now,
        expires_at=now + FETCHED_WITHIN,
    )
