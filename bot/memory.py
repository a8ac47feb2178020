"""What a form is given to remember until it comes back: a few named words."""

import json
from typing import Any

from bot import forms
from bot.reading import Json, word
from domain.errors import InvalidInput

UNREADABLE = "This form cannot be read: open it again."


def kept(**words: str) -> str:
    """As a form carries it."""
    return json.dumps({name: word for name, word in words.items() if word})


def recalled(body: Json) -> dict[str, str]:
    """What the form of this click or submission carries; empty for anything else."""
    try:
        found: Any = json.loads(forms.remembered(body) or "{}")
    except RecursionError as error:
        raise InvalidInput(UNREADABLE) from error
    except ValueError:
        return {}
    return {name: word(found, name) for name in found} if isinstance(found, dict) else {}


def read(text: str) -> Any:
    """A list or table kept as one of the words; InvalidInput for what cannot be read."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(UNREADABLE) from error
