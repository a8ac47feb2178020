"""What can be done: one file for each noun.

Each field decides and commits in one hop; what cannot be done is a Problem.
"""

import strawberry

from graph.mutations.consent import ConsentMutations
from graph.mutations.contacts import ContactMutations
from graph.mutations.messages import MessageMutations


@strawberry.type(description="What can be done.")
class Mutation(ContactMutations, ConsentMutations, MessageMutations):
    """The root of all writing."""
