"""Which root fields are written into the audit log, and what is told of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from graphql import GraphQLResolveInfo
from graphql.execution.values import VariableValues, get_argument_values

from domain.services.operation import audit

if TYPE_CHECKING:
    from graph.context import Call

T = TypeVar("T")


@dataclass(frozen=True)
class Deed:
    """`about` is the argument that names the subject; without one, what was made is the subject.

    `facts` are arguments that are told as well.
    """

    action: str
    about: str | None = None
    facts: tuple[str, ...] = ()


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "createToken": Deed("token.create", None, ("name", "scopes")),
        "revokeToken": Deed("token.revoke", "id"),
        "deleteContact": Deed("contact.delete", "id", ("eraseMessages",)),
        "mergeContacts": Deed("contact.merge", "keepId", ("mergeId",)),
        "exportContacts": Deed("contacts.export", ""),
        "exportProof": Deed("proof.export", "contactId"),
        "importContacts": Deed("import.start", None, ("dryRun",)),
        "cancelImport": Deed("import.cancel", "id"),
        "recordConsent": Deed("consent.record", "contactId"),
        "decideRevocation": Deed("revocation.decide", "threadId", ("optOut",)),
        "createTemplate": Deed("template.create"),
        "updateTemplate": Deed("template.update", "id"),
        "deleteTemplate": Deed("template.delete", "id"),
        "startCampaign": Deed("campaign.start", "id"),
        "pauseCampaign": Deed("campaign.pause", "id"),
        "resumeCampaign": Deed("campaign.resume", "id"),
        "cancelCampaign": Deed("campaign.cancel", "id"),
        "saveAutoReply": Deed("autoreply.save"),
        "deleteAutoReply": Deed("autoreply.delete", "id"),
        "setBusinessHours": Deed("hours.set", ""),
    }
)


def done(call: "Call", raw: GraphQLResolveInfo[Any], work: Callable[["Call"], T]) -> T:
    """The work, and where it is a deed of that kind, its entry."""
    deed = DEEDS.get(raw.field_name) if raw.parent_type.name == "Mutation" else None
    if deed is None:
        return work(call)
    given = _arguments(raw)
    facts = {name: _told(given[name]) for name in deed.facts if given.get(name) is not None}
    if deed.about is None:
        made = work(call)
        audit.record(deed.action, call.author, call.now, _own(made), ip=call.ip, **facts)
        return made
    subject = given.get(deed.about) if deed.about else None
    with audit.noted(deed.action, call.author, call.now, subject, ip=call.ip, **facts):
        return work(call)


def _arguments(raw: GraphQLResolveInfo[Any]) -> Mapping[str, Any]:
    definition = raw.parent_type.fields[raw.field_name]
    variables: Any = raw.variable_values  # plain coerced values here, not the library's container
    held = VariableValues({}, dict(variables))
    return get_argument_values(definition, raw.field_nodes[0], held)


def _own(made: Any) -> str | None:
    """The id of what was made; that of a token is beside its secret."""
    own = getattr(getattr(made, "token", made), "id", None)
    return None if own is None else str(own)


def _told(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
