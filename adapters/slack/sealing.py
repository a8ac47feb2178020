"""Secrets at rest: readable only with the key that SECRET_KEY stands for."""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.rules import sealing

PURPOSE = b"threadline slack tokens"
KEY_BYTES = 32


class Seal:
    """Encrypts and authenticates; what another key made cannot be opened."""

    def __init__(self, secret_key: str) -> None:
        if not secret_key:
            raise ValueError("there is no secret key")
        key = HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret_key.encode())
        self._key = base64.urlsafe_b64encode(key)

    def close(self, secret: str) -> str:
        """As it may be stored; another text every time."""
        return sealing.closed(self._key, secret).decode()

    def open(self, stored: str) -> str | None:
        """What was closed; None when it was changed, or made with another key."""
        return sealing.opened(self._key, stored.encode())
