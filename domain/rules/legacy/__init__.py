"""What another CRM's documents mean in our words. Pure: one stored document in, its changes out.

Nothing that is not understood is thrown away: it stays as it was, and a problem says so.
"""

from domain.rules.legacy.people import Agreement, Person, agreement, person
from domain.rules.legacy.texts import Text, text

__all__ = ["Agreement", "Person", "Text", "agreement", "person", "text"]
