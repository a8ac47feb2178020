"""What only its own key can open: once the key is gone, so is what was sealed."""

import hashlib
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken


def fresh() -> bytes:
    """A new key, like no other."""
    return Fernet.generate_key()


def closed(key: bytes, text: str) -> bytes:
    """Encrypted and authenticated; other bytes every time."""
    return Fernet(key).encrypt(text.encode())


def opened(key: bytes, stored: bytes) -> str | None:
    """What was closed; None when it was changed, or closed with another key."""
    try:
        return Fernet(key).decrypt(stored).decode()
    except InvalidToken:
        return None


def packed(key: bytes, told: Mapping[str, str]) -> bytes:
    """Several things as one, so that not even how many they were can be seen."""
    return closed(key, json.dumps(dict(told), ensure_ascii=False))


def unpacked(key: bytes | None, stored: bytes | None) -> Mapping[str, str]:
    """The things again; none without their key."""
    text = opened(key, stored) if key and stored else None
    return {str(name): str(value) for name, value in json.loads(text or "{}").items()}


def digest(text: str) -> str:
    """Tells whether two texts are the same, and nothing else of them."""
    return hashlib.sha256(text.encode()).hexdigest()
