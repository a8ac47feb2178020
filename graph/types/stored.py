"""Types whose values are read off a stored document, as far as they are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where a field comes from: the stored fields that it needs, and what becomes of them.

    A field that is loaded beside the document is not read.
    """

    needs: tuple[str, ...]
    read: Callable[[Raw], Any] | None = None


Sources = Mapping[str, Source]


class Stored:
    """Of fifty texts with forty fields each a program mostly wants a few.

    What it selected is set when the node is made; anything else is read here.
    """

    def __getattr__(self, name: str) -> Any:
        """The field's value; it stays."""
        known = self.__dict__
        source = known["_sources"].get(name) if "_sources" in known else None
        if source is None or source.read is None:
            raise AttributeError(name)
        value = known[name] = source.read(known["_raw"])
        return value
