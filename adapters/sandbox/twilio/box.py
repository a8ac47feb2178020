"""All texts of the account, each change written to the ledger."""

from dataclasses import replace

from adapters.sandbox.ledger import Ledger
from adapters.sandbox.twilio.errors import FAILED
from adapters.sandbox.twilio.text import Text, from_record, now, to_record


class Texts:
    """Texts by sid, in the order they were first seen."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._texts = {sid: from_record(raw) for sid, raw in ledger.all("text").items()}

    def all(self) -> list[Text]:
        """Every text ever carried, oldest first."""
        return [text for text in self._texts.values() if not text.deleted]

    def find(self, sid: str) -> Text | None:
        """One text; none if the sid is unknown."""
        text = self._texts.get(sid)
        return None if text is None or text.deleted else text

    def save(self, text: Text) -> Text:
        """Keep this value of a text."""
        self._texts[text.sid] = text
        self._ledger.put("text", text.sid, to_record(text))
        return text

    def add(self, text: Text) -> Text:
        """Keep a new text; its history begins with its status."""
        return self.save(replace(text, history=[(text.status, text.created)]))

    def redact(self, sid: str) -> Text:
        """Wipe the body, as an update with an empty Body does."""
        return self.save(replace(self._texts[sid], body="", updated=now()))

    def forget(self, sid: str) -> None:
        """Take a text out of every list; the ledger still has it."""
        self.save(replace(self._texts[sid], deleted=True))

    def advance(self, sid: str, status: str, error: int | None = None) -> Text:
        """Move a text to its next status."""
        text, moment = self._texts[sid], now()
        left = status in ("sent", "delivered", "undelivered", "received")
        return self.save(
            replace(
                text,
                status=status,
                updated=moment,
                sent=text.sent or (moment if left else None),
                priced=text.priced or left,
                error=error,
                error_message=FAILED[error][1] if error in FAILED else None,
                history=[*text.history, (status, moment)],
            )
        )
