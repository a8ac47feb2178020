"""What is kept of a number whose person asked to be forgotten."""

import hashlib
import hmac

MARK = "#"


def hashed(phone: str, secret: str) -> str:
    """The number's keyed hash, told from a number by its first character."""
    digest = hmac.new(secret.encode(), phone.encode(), hashlib.sha256)
    return MARK + digest.hexdigest()


def is_hashed(phone: str) -> bool:
    """Whether that stands for a number which is not kept any more."""
    return phone.startswith(MARK)
