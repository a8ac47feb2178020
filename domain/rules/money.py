"""Money as people write it: prices such as `$450,000`, `450k`, `1.2m`, and amounts we tell."""

import re
from decimal import Decimal

HIGHEST = Decimal(10) ** 15
SIGNS = {"USD": "US$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$"}
CENT = Decimal("0.01")
_WRITTEN = re.compile(r"[$€£]?\s*([0-9][0-9,\s]*(?:\.[0-9]{1,9})?)\s*([km]?)", re.IGNORECASE)
_TIMES = {"": Decimal(1), "k": Decimal(1_000), "m": Decimal(1_000_000)}


class InvalidPrice(ValueError):
    """It cannot be read as a price."""

    def __init__(self) -> None:
        super().__init__("This is not a price (e.g., 450,000 or 450k).")


def parse(text: str) -> Decimal:
    """The price that was meant; InvalidPrice otherwise."""
    read = _WRITTEN.fullmatch(text.strip())
    if read is None:
        raise InvalidPrice
    digits = re.sub(r"[,\s]", "", read[1])
    price = Decimal(digits) * _TIMES[read[2].lower()] if len(digits) <= 30 else HIGHEST + 1
    if price > HIGHEST:
        raise InvalidPrice
    return price.normalize() if price != price.to_integral() else price.to_integral()


def written(amount: Decimal, unit: str) -> str:
    """`US$1,204.50`: to the cent, or as far as it goes; `12.00 CHF` where the sign is shared."""
    cents = amount.quantize(CENT)
    plain = f"{cents:,.2f}" if cents == amount else f"{amount.normalize():,f}"
    return f"{SIGNS[unit]}{plain}" if unit in SIGNS else f"{plain} {unit}"
