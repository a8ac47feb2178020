"""What can be done: one file for each noun.

Each field decides and commits in one hop; what cannot be done is a Problem.
"""

import strawberry

from graph.mutations.campaigns import CampaignMutations
from graph.mutations.consent import ConsentMutations
from graph.mutations.contacts import ContactMutations
from graph.mutations.files import FileMutations
from graph.mutations.imports import ImportMutations
from graph.mutations.messages import MessageMutations
from graph.mutations.replies import ReplyMutations
from graph.mutations.templates import TemplateMutations
from graph.mutations.threads import ThreadMutations
from graph.mutations.tokens import TokenMutations


@strawberry.type(description="What can be done.")
class Mutation(
    ContactMutations,
    ConsentMutations,
    MessageMutations,
    FileMutations,
    ImportMutations,
    ThreadMutations,
    TemplateMutations,
    CampaignMutations,
    ReplyMutations,
    TokenMutations,
):
    """The root of all writing."""
