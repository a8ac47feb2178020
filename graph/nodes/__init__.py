"""Documents, as MongoDB keeps them, made into the API's types. Pure: what is nested is given."""

from graph.nodes.activity import activity
from graph.nodes.audit import audit_entry
from graph.nodes.campaigns import campaign, campaign_preview, excluded, exclusion
from graph.nodes.consent import consent_event
from graph.nodes.contacts import CONTACT, contact, spoken_for
from graph.nodes.gate import message_preview, phone_info, verdict
from graph.nodes.imports import row_problem, table
from graph.nodes.people import actor, agent, author_key, sender, token
from graph.nodes.replies import auto_reply, auto_reply_preview, business_hours
from graph.nodes.stored import Selected, selected
from graph.nodes.templates import template
from graph.nodes.texts import MESSAGE, links, media, message, upload
from graph.nodes.threads import THREAD, thread

__all__ = [
    "CONTACT",
    "MESSAGE",
    "THREAD",
    "Selected",
    "activity",
    "actor",
    "agent",
    "audit_entry",
    "author_key",
    "auto_reply",
    "auto_reply_preview",
    "business_hours",
    "campaign",
    "campaign_preview",
    "consent_event",
    "contact",
    "excluded",
    "exclusion",
    "links",
    "media",
    "message",
    "message_preview",
    "phone_info",
    "row_problem",
    "selected",
    "sender",
    "spoken_for",
    "table",
    "template",
    "thread",
    "token",
    "upload",
    "verdict",
]
