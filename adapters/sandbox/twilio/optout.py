"""What Twilio does by itself with STOP, START and HELP."""

from adapters.sandbox.ledger import Ledger

STOP = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
    | {"REVOKE", "OPTOUT", "ARRET", "ARRETE"}
)
START = frozenset({"START", "YES", "UNSTOP"})
TOLL_FREE = tuple(f"+18{area}" for area in ("00", "33", "44", "55", "66", "77", "88"))
"""Where only START and UNSTOP lift a block."""
HELP = frozenset({"HELP", "INFO"})

ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages"
    " from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number."
    " Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def word_of(body: str, number: str = "") -> str | None:
    """STOP, START or HELP when the text to that number is one such word and nothing else."""
    word = body.strip().upper()
    if word == "YES" and number.startswith(TOLL_FREE):
        return None
    for kind, words in (("STOP", STOP), ("START", START), ("HELP", HELP)):
        if word in words:
            return kind
    return None


class Blocks:
    """Who has opted out of whom: pairs of a sender (number or service) and a customer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def obey(self, sender: str, customer: str, word: str) -> bool:
        """Record a keyword; true when Twilio answers it (a second STOP is met with silence)."""
        if word == "HELP":
            return not self.stopped(sender, customer)
        was = self.stopped(sender, customer)
        self.set(sender, customer, stopped=word == "STOP")
        return was != (word == "STOP")

    def set(self, sender: str, customer: str, *, stopped: bool) -> None:
        """Record it, whoever said so."""
        self._ledger.put("block", f"{sender} {customer}", {"stopped": stopped})

    def all(self) -> dict[str, list[str]]:
        """Who has opted out, by sender."""
        found: dict[str, list[str]] = {}
        for key, value in self._ledger.all("block").items():
            if value["stopped"]:
                sender, customer = key.split(" ")
                found.setdefault(sender, []).append(customer)
        return found

    def stopped(self, sender: str, customer: str) -> bool:
        """Whether this customer has opted out of this sender."""
        found = self._ledger.all("block").get(f"{sender} {customer}")
        return bool(found and found["stopped"])
