"""Who may ask what: one row for each root field."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from domain.model import Author, Token
from domain.services import tokens
from domain.services.operation import audit
from graph.problems import Forbidden, Unauthenticated

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "Query.cursor": "read",
        "Query.viewer": "read",
        "Query.contact": "read",
        "Query.contacts": "read",
        "Query.thread": "read",
        "Query.threads": "read",
        "Query.message": "read",
        "Query.messages": "read",
        "Query.unplaced": "read",
        "Query.phone": "read",
        "Query.previewMessage": "read",
        "Query.canText": "read",
        "Query.consentEvents": "read",
        "Query.consentWording": "read",
        "Query.agents": "read",
        "Query.analytics": "read",
        "Query.import": "read",
        "Query.senders": "read",
        "Query.template": "read",
        "Query.templates": "read",
        "Query.campaign": "read",
        "Query.campaigns": "read",
        "Query.previewCampaign": "read",
        "Query.autoReplies": "read",
        "Query.previewAutoReply": "read",
        "Query.businessHours": "read",
        "Query.health": "read",
        "Mutation.createContact": "write",
        "Mutation.updateContact": "write",
        "Mutation.deleteContact": "write",
        "Mutation.mergeContacts": "write",
        "Mutation.addNote": "write",
        "Mutation.logContact": "write",
        "Mutation.recordValue": "write",
        "Mutation.recordConsent": "write",
        "Mutation.sendMessage": "write",
        "Mutation.sendMessages": "write",
        "Mutation.updateMessage": "write",
        "Mutation.rescheduleMessage": "write",
        "Mutation.retryMessage": "write",
        "Mutation.refreshMessage": "write",
        "Mutation.sendCorrection": "write",
        "Mutation.cancelMessage": "write",
        "Mutation.releaseMessage": "write",
        "Mutation.uploadMedia": "write",
        "Mutation.exportProof": "read",
        "Mutation.importContacts": "write",
        "Mutation.cancelImport": "write",
        "Mutation.exportContacts": "read",
        "Mutation.decideRevocation": "write",
        "Mutation.assignThread": "write",
        "Mutation.setThreadStatus": "write",
        "Mutation.setThreadMode": "write",
        "Mutation.moveThread": "write",
        "Mutation.markThreadRead": "write",
        "Mutation.createTemplate": "write",
        "Mutation.updateTemplate": "write",
        "Mutation.deleteTemplate": "write",
        "Mutation.createCampaign": "write",
        "Mutation.updateCampaign": "write",
        "Mutation.testCampaign": "write",
        "Mutation.startCampaign": "write",
        "Mutation.pauseCampaign": "write",
        "Mutation.resumeCampaign": "write",
        "Mutation.cancelCampaign": "write",
        "Mutation.saveAutoReply": "write",
        "Mutation.deleteAutoReply": "write",
        "Mutation.setBusinessHours": "write",
        "Query.auditLog": "admin",
        "Mutation.createToken": "admin",
        "Mutation.revokeToken": "admin",
        "Subscription.messages": "read",
        "Subscription.threads": "read",
        "Subscription.contacts": "read",
        "Subscription.campaignProgress": "read",
    }
)
MISSING = "An API token is needed: send the header `Authorization: Bearer tl_…`."
WRONG = "This API token is not valid: it is wrong, revoked or expired. Make a new one."
LACKING = "This token lacks the scope `{scope}`: use one made with it."


def admit(secret: str | None, field: str, now: datetime, ip: str | None = None) -> Token:
    """The token that may ask for that root field; Unauthenticated or Forbidden otherwise.

    What a token tried beyond its scopes is in the audit log.
    """
    found = authenticated(secret, now)
    scope = SCOPES[field]
    # An administrator may do everything; no other scope contains another.
    if scope not in found.scopes and "admin" not in found.scopes:
        by = Author(kind="token", key=str(found.id), name=found.name)
        audit.refused(by, now, field, ip)
        raise Forbidden(LACKING.format(scope=scope))
    return found


def authenticated(secret: str | None, now: datetime) -> Token:
    """The token of that secret; Unauthenticated when there is none."""
    if not secret:
        raise Unauthenticated(MISSING)
    found = tokens.verify(secret, now)
    if found is None:
        raise Unauthenticated(WRONG)
    return found


def bearer(value: object) -> str | None:
    """The secret in the value of an Authorization header."""
    kind, _, secret = value.strip().partition(" ") if isinstance(value, str) else ("", "", "")
    return secret.strip() or None if kind.lower() == "bearer" else None
