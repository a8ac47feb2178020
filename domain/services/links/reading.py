"""The short links in texts."""

from collections.abc import Sequence

from domain.model import Link


def of(origins: Sequence[str]) -> dict[str, list[Link]]:
    """Those of the texts of these origins, by origin, the oldest first."""
    match = {"origin": {"$in": list(origins)}, "target": {"$exists": True}}
    found: dict[str, list[Link]] = {origin: [] for origin in origins}
    for one in sorted(Link.objects(__raw__=match), key=lambda link: link.id):
        found[one.origin].append(one)
    return found
