"""A file made for whoever asked."""

from datetime import datetime

import strawberry


@strawberry.type(description="A file made for you, to be fetched soon.")
class Export:
    """Whoever has the address has the file."""

    url: str = strawberry.field(description="Where it can be fetched, without a token.")
    expires_at: datetime = strawberry.field(description="Until when.")
