"""What can be done with templates."""

from typing import Annotated

import strawberry

from domain import model
from domain.services import linting
from domain.services.automation import templates
from graph.context import Call, Info
from graph.fields import Id, mutation, said
from graph.inputs import given
from graph.results import Deleted, DeleteResult, TemplateResult, template_of


@strawberry.input(description="A template as it is to be.")
class TemplateInput:
    """All of it, every time."""

    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    body: str = strawberry.field(
        description="The words. `{first_name}` needs a value, `{first_name|there}` has another "
        "word for people without one; `{{` and `}}` are braces."
    )
    shared: bool | None = strawberry.field(
        default=True,
        description="Whether every agent and program sees it; else only its owner: the token that "
        "made it.",
    )


What = Annotated[TemplateInput, said("The template.")]


@strawberry.type(description="What can be done with templates.")
class TemplateMutations:
    """One of the roots of writing."""

    @mutation("Keep a new template. What the linter says of it is in `warnings`; see LINT_BLOCKS.")
    async def create_template(self, info: Info, input: What) -> TemplateResult:
        """A name is there once among the shared ones."""
        return await info.context.act(info, lambda call: template_of(call, _created(call, input)))

    @mutation("Change a template; texts that were made of it stay as they were.")
    async def update_template(self, info: Info, id: Id, input: What) -> TemplateResult:
        """All of it is set anew."""
        return await info.context.act(
            info, lambda call: template_of(call, _changed(call, id, input))
        )

    @mutation("Remove a template; its name is free again.")
    async def delete_template(self, info: Info, id: Id) -> DeleteResult:
        """Texts that were made of it stay."""
        removed = await info.context.act(
            info, lambda call: str(templates.remove(id, call.author, call.now).id)
        )
        return Deleted(id=strawberry.ID(removed))


def _created(call: Call, input: TemplateInput) -> model.Template:
    linting.check(input.body, call.policy)
    shared = given(input.shared) is not False
    return templates.create(input.name, input.body, shared, call.author, call.now)


def _changed(call: Call, id: str, input: TemplateInput) -> model.Template:
    linting.check(input.body, call.policy)
    shared = given(input.shared) is not False
    return templates.change(id, input.name, input.body, shared, call.author, call.now)
