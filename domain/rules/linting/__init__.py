"""What carriers look at twice in a text: forbidden subjects and bad form. It warns, no more."""

from domain.rules.linting.concern import Concern
from domain.rules.linting.judging import lint

__all__ = ["Concern", "lint"]
