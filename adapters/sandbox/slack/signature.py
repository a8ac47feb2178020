"""How Slack signs a request."""

import hashlib
import hmac
import time


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The two signature headers of a request sent now."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
