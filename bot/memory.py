"""What a form is given to remember until it comes back: a few named words."""

import json
from typing import Any

from bot import forms
from bot.reading import Json


def kept(**words: str) -> str:
    """As a form carries it."""
    return json.dumps({name: word for name, word in words.items() if word})


def recalled(body: Json) -> dict[str, str]:
    """What the form of this click or submission carries; empty for anything else."""
    try:
        found: Any = json.loads(forms.remembered(body) or "{}")
    except ValueError:
        return {}
    return {str(name): str(word) for name, word in found.items()} if isinstance(found, dict) else {}
