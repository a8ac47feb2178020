"""What a request must be before anything of it is executed."""

from typing import Any

from cross_web import HTTPException
from starlette.datastructures import Headers
from starlette.responses import Response
from strawberry.http import GraphQLRequestData, GraphQLRequestProtocol

from graph.answers import refusal
from graph.negotiation import EVENTS, FORM, JSON, RESPONSE, chosen, is_utf8, media_type

METHOD = "Send a POST request: nothing is answered to a link."
KIND = f"Send the request as {JSON} in UTF-8, or as {FORM} with files."
CODED = "Send the request as it is, without a Content-Encoding."
ACCEPT = f"Answers come as {RESPONSE}, {JSON}, or {EVENTS}."
BATCH = "Batches are not allowed: send each operation in a request of its own."
OBJECT = "The request must be a JSON object."
PARAMETER = "The `{name}` must be {what} or null."
QUERY = "The request has no `query`."


def turned_away(method: str, headers: Headers) -> Response | None:
    """The refusal of a request that is not one for us, by its first lines alone."""
    if method != "POST":
        response = refusal(405, METHOD, "INVALID_INPUT")
        response.headers["allow"] = "POST"
        return response
    if chosen(headers.get("accept")) is None:
        return refusal(406, ACCEPT, "INVALID_INPUT")
    if headers.get("content-encoding", "identity").lower() != "identity":
        return refusal(415, CODED, "INVALID_INPUT")
    kind = headers.get("content-type", "")
    if media_type(kind) not in (JSON, FORM) or not is_utf8(kind):
        return refusal(415, KIND, "INVALID_INPUT")
    return None


def read(data: Any, protocol: GraphQLRequestProtocol) -> GraphQLRequestData:
    """The parameters of a request's body, each of its type; others are ignored."""
    if isinstance(data, list):
        raise HTTPException(400, BATCH)
    if not isinstance(data, dict):
        raise HTTPException(400, OBJECT)
    query = _parameter(data, "query", str, "a string")
    if not query:
        raise HTTPException(400, QUERY)
    return GraphQLRequestData(
        query=query,
        variables=_parameter(data, "variables", dict, "an object"),
        operation_name=_parameter(data, "operationName", str, "a string"),
        extensions=_parameter(data, "extensions", dict, "an object"),
        protocol=protocol,
    )


def _parameter(data: dict[str, Any], name: str, kind: type, what: str) -> Any:
    value = data.get(name)
    if not isinstance(value, kind | None):
        raise HTTPException(400, PARAMETER.format(name=name, what=what))
    return value
