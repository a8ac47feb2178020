"""The installation's secret: one key with which everything is made, and those that it replaced."""

from collections.abc import Iterable


class Secret(str):
    """The key of now. With the `former` ones, newest first, things are read and never made."""

    __slots__ = ("former",)

    former: tuple[str, ...]

    def __new__(cls, key: str, former: Iterable[str] = ()) -> "Secret":
        """The key itself is not among the former ones."""
        made = super().__new__(cls, key)
        made.former = tuple(one for one in dict.fromkeys(former) if one != key)
        return made


def former(secret: str) -> tuple[str, ...]:
    """Those that it replaced; a plain key replaced none."""
    return secret.former if isinstance(secret, Secret) else ()
