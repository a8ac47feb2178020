"""How the installation is."""

from datetime import datetime

import strawberry


@strawberry.type(description="What one part of the installation says of itself.")
class HealthCheck:
    """One line of the report."""

    name: str = strawberry.field(description="The part.")
    status: str = strawberry.field(description="`ok`, `warning` or `failed`.")
    message: str = strawberry.field(description="A sentence for people.")
    fix: str | None = strawberry.field(description="What to do, when there is something to do.")
    at: datetime | None = strawberry.field(
        description="When it was looked at, where that was not just now."
    )


@strawberry.type(description="How the installation is.")
class Health:
    """All checks together."""

    ok: bool = strawberry.field(description="Whether no check failed.")
    checks: list[HealthCheck] = strawberry.field(description="Every part that was looked at.")
