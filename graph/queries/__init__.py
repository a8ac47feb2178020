"""What can be asked: one file for each noun. Each field does all of its reading in one hop."""

import strawberry

from graph.queries.analytics import AnalyticsQueries
from graph.queries.audit import AuditQueries
from graph.queries.campaigns import CampaignQueries
from graph.queries.consent import ConsentQueries
from graph.queries.contacts import ContactQueries
from graph.queries.imports import ImportQueries
from graph.queries.messages import MessageQueries
from graph.queries.people import PeopleQueries
from graph.queries.replies import ReplyQueries
from graph.queries.system import SystemQueries
from graph.queries.templates import TemplateQueries
from graph.queries.threads import ThreadQueries


@strawberry.type(description="What can be asked.")
class Query(
    SystemQueries,
    ContactQueries,
    ThreadQueries,
    MessageQueries,
    PeopleQueries,
    ConsentQueries,
    ImportQueries,
    TemplateQueries,
    CampaignQueries,
    AnalyticsQueries,
    ReplyQueries,
    AuditQueries,
):
    """The root of all reading."""
