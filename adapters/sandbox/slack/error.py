"""A Web API call that Slack refuses."""

from adapters.sandbox.ledger import Json


class SlackError(Exception):
    """Answered with HTTP 200 and `{"ok": false, "error": code, ...}`."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    def body(self) -> Json:
        """As Slack shows it."""
        return {"ok": False, "error": self.code, **self.more}
