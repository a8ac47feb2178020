"""What is told to the ledger."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.model import Author
from domain.rules.consent.ledger import NONE, OWN, SHOWN


@dataclass(frozen=True)
class Statement:
    """What somebody said about being texted, as it is to be written into the ledger.

    `disclosed`: that the disclosure was shown is known, though its wording is not.
    """

    action: str
    method: str
    at: datetime
    level: str = "express"
    scope: str = "all"
    wording: str | None = None
    wording_version: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    evidence_url: str | None = None
    note: str | None = None
    message_sid: str | None = None
    recorded_from_ip: str | None = None
    recorded_by: Author = field(default_factory=Author)
    disclosed: bool | None = None

    @property
    def proof(self) -> str:
        """What stands behind it; that an agent ticked a box below a sentence proves nothing."""
        if self.message_sid:
            return OWN
        wording = self.wording if self.method != "agent" else None
        return SHOWN if wording or self.evidence_url or self.ip else NONE
