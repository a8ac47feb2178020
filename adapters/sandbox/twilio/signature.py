"""How Twilio signs a form request."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urldefrag


def sign(token: str, url: str, params: Mapping[str, str]) -> str:
    """The X-Twilio-Signature of a form POST: HMAC-SHA1 over URL without fragment and parameters."""
    signed = urldefrag(url).url + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
