"""Where workspaces differ: what this one's owner, or Slack itself, allows the app."""

from dataclasses import asdict, dataclass

from adapters.sandbox.ledger import Json


@dataclass
class Switches:
    """The present state; scripts turn them."""

    unarchive: bool = False  # whether a bot may open an archived channel again; in reality not
    create: bool = True  # whether apps may make channels
    archive: bool = True  # whether apps may archive them

    def shown(self) -> Json:
        """As scripts set and see them."""
        return asdict(self)

    def change(self, wanted: Json) -> None:
        """Turn those given; ValueError on one that does not exist or is neither on nor off."""
        known = self.shown()
        if not set(wanted) <= set(known) or not all(isinstance(on, bool) for on in wanted.values()):
            raise ValueError(f"send {', '.join(known)}, each true or false")
        for name, on in wanted.items():
            setattr(self, name, on)
