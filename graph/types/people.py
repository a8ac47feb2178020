"""Who acts: agents, programs and the product itself."""

from datetime import datetime
from typing import Annotated

import strawberry

from graph.scalars import Phone


@strawberry.type(description="A member of the Slack workspace who answers customers.")
class Agent:
    """Known since they were first looked up."""

    id: strawberry.ID = strawberry.field(description="The Slack user id.")
    name: str = strawberry.field(description="What they are called in Slack.")
    email: str | None = strawberry.field(description="Their e-mail address, if Slack told it.")
    slack_user_id: str | None = strawberry.field(description="The Slack user id.")
    role: str = strawberry.field(description="`agent`, `admin`, or `none`: may not send.")
    active: bool = strawberry.field(description="Whether they may send texts.")


@strawberry.type(description="An API token; its secret was shown once and is not kept.")
class Token:
    """A program's identity."""

    id: strawberry.ID = strawberry.field(description="The token's id.")
    name: str = strawberry.field(description="What it was named when it was made.")
    scopes: list[str] = strawberry.field(description="What it may do: read, write, admin.")
    created_at: datetime = strawberry.field(description="When it was made.")
    last_used_at: datetime | None = strawberry.field(description="Its last use, to the minute.")
    expires_at: datetime | None = strawberry.field(description="When it stops working.")


@strawberry.type(description="A new API token; its secret is shown here and never again.")
class CreatedToken:
    """What a program needs to ask."""

    token: Token = strawberry.field(description="The token.")
    secret: str = strawberry.field(description="Send it as `Authorization: Bearer <secret>`.")


@strawberry.type(description="The product itself, acting by its own rules.")
class System:
    """Nobody in particular."""

    name: str = strawberry.field(description="Which part of it.")


Actor = Annotated[
    Agent | Token | System, strawberry.union("Actor", description="Whoever did something.")
]


@strawberry.type(description="The token that asks.")
class Viewer:
    """Oneself."""

    name: str = strawberry.field(description="The token's name.")
    scopes: list[str] = strawberry.field(description="What it may do: read, write, admin.")


@strawberry.type(description="Our side of a conversation: a number or a Messaging Service.")
class Sender:
    """What texts leave from."""

    id: strawberry.ID = strawberry.field(description="Its number or Messaging Service SID.")
    phone: Phone | None = strawberry.field(description="Our number, where one is known.")
    messaging_service_sid: str | None = strawberry.field(description="The Messaging Service.")
    label: str | None = strawberry.field(description="What people call it.")
    known: bool = strawberry.field(description="Whether it is set up as one of ours.")
    default: bool = strawberry.field(description="Whether new conversations start from it.")
