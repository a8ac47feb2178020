"""Secrets at rest: readable only with the key that SECRET_KEY stands for, or one before it.

What is stored begins with its key's name, so that it is known which key closed it.
"""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.rules import sealing
from domain.rules.keyring import former

PURPOSE = b"threadline slack tokens"
NAME = b"threadline key name"
KEY_BYTES, NAME_BYTES = 32, 4
SEPARATOR = ":"


class Seal:
    """Encrypts with the key of now; what none of our keys closed cannot be opened."""

    def __init__(self, secret_key: str) -> None:
        if not secret_key:
            raise ValueError("there is no secret key")
        keys = (secret_key, *former(secret_key))
        self._keys = {_derived(one, NAME, NAME_BYTES).hex(): _sealing_key(one) for one in keys}
        self._name = next(iter(self._keys))

    def close(self, secret: str) -> str:
        """As it may be stored; another text every time."""
        closed = sealing.closed(self._keys[self._name], secret).decode()
        return f"{self._name}{SEPARATOR}{closed}"

    def open(self, stored: str) -> str | None:
        """What was closed; None when it was changed, or made with a key that we do not have."""
        name, separator, closed = stored.rpartition(SEPARATOR)
        # Earlier versions wrote no name.
        named = [self._keys[name]] if name in self._keys else []
        for key in named if separator else self._keys.values():
            if (found := sealing.opened(key, closed.encode())) is not None:
                return found
        return None

    def is_current(self, stored: str) -> bool:
        """Whether the key of now closed it."""
        return stored.startswith(f"{self._name}{SEPARATOR}")


def _sealing_key(secret_key: str) -> bytes:
    return base64.urlsafe_b64encode(_derived(secret_key, PURPOSE, KEY_BYTES))


def _derived(secret_key: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=purpose).derive(secret_key.encode())
