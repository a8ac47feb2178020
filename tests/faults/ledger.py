"""What the product answered to those who brought it something."""

import json

from tests.crash.town import Town


def answers(here: Town) -> set[int | None]:
    """Every status with which a delivery was answered; None where nobody answered."""
    lines = (here.folder / "ledger.jsonl").read_text().splitlines()
    read = map(json.loads, lines)
    return {one["status"] for one in read if one["type"] == "delivery"}
