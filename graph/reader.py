"""Objects whose selected fields are plain attributes, read off by a plan instead of field by field.

The library resolves each field of each object with a dozen calls; of fifty texts that is most of
the time a page takes. A plan is made once for a selection. Whatever is out of the ordinary (a
resolver, an argument, a union, a null where none may be, any exception) is left to the library,
which starts that object afresh, so that results and errors are its own.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationType,
    Undefined,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

Complete: TypeAlias = Callable[[Any], Any]
Fields: TypeAlias = Mapping[str, Any]
AS_IT_IS: Mapping[str, type] = MappingProxyType(
    {"String": str, "ID": str, "Phone": str, "Cursor": str, "Boolean": bool}
)
"""Scalars that leave as they are, if they are of that type; most of a page is."""


class NotPlain(Exception):
    """This cannot be read off: the library must do it."""


class Executor(StrawberryGraphQLCoreExecutionContext):
    """The library's executor with a short cut for plain objects, and shared events."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._readers: dict[int, tuple[Fields, Complete | None]] = {}

    def execute_operation(self, serially: bool | None = None) -> Any:
        """One event of a subscription is worked out once for all who asked the very same of it."""
        if self.operation.operation is not OperationType.SUBSCRIPTION:
            return super().execute_operation(serially)
        return self.context_value.around.echo.get(
            self.root_value,
            self.operation,
            repr(self.variable_values.coerced),
            lambda: super(Executor, self).execute_operation(serially),
        )

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """Read a plain object off; anything else as the library does it."""
        read = (
            self._reader(parent_type, grouped_field_set) if path and not position_context else None
        )
        if read:
            try:
                return read(source_value)
            except Exception:  # noqa: BLE001 - the library meets it again and tells it in its way
                self._readers[id(grouped_field_set)] = (grouped_field_set, None)
        return super().execute_fields(
            parent_type, source_value, path, grouped_field_set, position_context
        )

    def build_per_event_executor(self, payload: Any) -> "Executor":
        """Without what earlier events left behind: the library keeps that for ever."""
        executor = super().build_per_event_executor(payload)
        assert isinstance(executor, Executor)
        executor.forget()
        return executor

    def forget(self) -> None:
        """Begin with no selections known."""
        self._relevant_sub_fields = {}
        self._readers = {}

    def _reader(self, kind: GraphQLObjectType, fields: Fields) -> Complete | None:
        """The plan for that selection; the selection is kept, so that its id stays its own."""
        known = self._readers.get(id(fields))
        if known is None:
            try:
                made: Complete | None = self._object(kind, fields)
            except NotPlain:
                made = None
            known = self._readers[id(fields)] = (fields, made)
        return known[1]

    def _object(self, kind: GraphQLObjectType, fields: Fields) -> Complete:
        if kind.is_type_of or (self.middleware_manager and self.middleware_manager.middlewares):
            raise NotPlain
        steps = [(name, *self._step(kind, details)) for name, details in fields.items()]
        return lambda source: {
            name: complete(getattr(source, attribute)) for name, attribute, complete in steps
        }

    def _step(self, kind: GraphQLObjectType, details: Any) -> tuple[str, Complete]:
        """Which attribute a field is, and what is made of its value."""
        node = details[0].node
        if node.name.value == "__typename":
            return "__class__", lambda _: kind.name
        field = kind.fields.get(node.name.value)
        if field is None or field.args or node.arguments:
            raise NotPlain
        return _attribute(field), self._complete(field.type, details)

    def _complete(self, kind: Any, details: Any) -> Complete:
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, details)
        inner = self._present(kind, details)
        return lambda value: None if value is None else inner(value)

    def _present(self, kind: Any, details: Any) -> Complete:
        """What is made of a value that is there; none raises, as everything unexpected does."""
        match kind:
            case GraphQLList():
                return _items(self._complete(kind.of_type, details))
            case GraphQLEnumType():
                return _names(kind).__getitem__
            case GraphQLScalarType():
                return _leaf(kind)
            case GraphQLObjectType():
                fields, deferred, _ = self.collect_subfields(kind, details)
                if not deferred:
                    return self._object(kind, fields)
        raise NotPlain


def _attribute(field: GraphQLField) -> str:
    definition = field.extensions.get("strawberry-definition")
    if not isinstance(definition, StrawberryField) or not definition.is_basic_field:
        raise NotPlain
    if not getattr(field.resolve, "_is_default", False):
        raise NotPlain
    return definition.python_name


def _items(item: Complete) -> Complete:
    def complete(values: Any) -> list[Any]:
        if type(values) not in (list, tuple):
            raise NotPlain
        return [item(value) for value in values]

    return complete


def _names(kind: GraphQLEnumType) -> dict[Any, str]:
    """The name of each member; what is no member is missing."""
    members = getattr(kind, "wrapped_cls", ())
    return {member: kind.coerce_output_value(member) for member in members}


def _leaf(kind: GraphQLScalarType) -> Complete:
    coerce, plain = kind.coerce_output_value, AS_IT_IS.get(kind.name)

    def complete(value: Any) -> Any:
        if type(value) is plain:
            return value
        if value is None or isinstance(value, Exception) or hasattr(value, "__await__"):
            raise NotPlain
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise NotPlain
        return coerced

    return complete
