"""What can be done with API tokens."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import model
from domain.services import tokens
from domain.services.lists import pages
from graph import nodes
from graph.context import Call, Info
from graph.fields import Id, mutation, said
from graph.inputs import given
from graph.results import CreateTokenResult, Deleted, DeleteResult
from graph.types.people import CreatedToken


@strawberry.type(description="What can be done with API tokens.")
class TokenMutations:
    """One of the roots of writing; for administrators."""

    @mutation("Make an API token. Its secret is shown this once and is not kept.")
    async def create_token(
        self,
        info: Info,
        name: Annotated[str, said("Which program it is for.")],
        scopes: Annotated[list[str], said("What it may do: read, write, admin.")],
        expires_at: Annotated[
            datetime | None,
            said("When it stops working; never later than the token that makes it."),
        ] = UNSET,
    ) -> CreateTokenResult:
        """It cannot do more, or for longer, than the one that makes it."""
        until = given(expires_at)
        return await info.context.act(info, lambda call: _create(call, name, scopes, until))

    @mutation("Shut a token for good, at once and everywhere; also the one that asks.")
    async def revoke_token(self, info: Info, id: Id) -> DeleteResult:
        """Its subscriptions end within seconds."""
        return await info.context.act(info, lambda call: _revoke(call, id))


def _create(call: Call, name: str, scopes: list[str], expires_at: datetime | None) -> CreatedToken:
    made, secret = tokens.issue(call.token, name, scopes, call.now, expires_at)
    (stored,) = pages.by_id(model.Token, str(made.id))
    return CreatedToken(token=nodes.token(stored), secret=secret)


def _revoke(call: Call, id: str) -> Deleted:
    return Deleted(id=strawberry.ID(str(tokens.revoke(id, call.now).id)))
