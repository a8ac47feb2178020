"""What is kept of a number whose person asked to be forgotten."""

import hashlib
import hmac

from domain.rules.keyring import former

MARK = "#"


def hashed(phone: str, secret: str) -> str:
    """The number's keyed hash, told from a number by its first character."""
    digest = hmac.new(secret.encode(), phone.encode(), hashlib.sha256)
    return MARK + digest.hexdigest()


def hashes(phone: str, secret: str) -> tuple[str, ...]:
    """Each hash by which the number may be kept: by the key of now, then by those before it.

    Of a number that is not kept no new hash can be made, so that its key is needed for good.
    None without a key.
    """
    return tuple(hashed(phone, key) for key in (secret, *former(secret)) if key)


def is_hashed(phone: str) -> bool:
    """Whether that stands for a number which is not kept any more."""
    return phone.startswith(MARK)
