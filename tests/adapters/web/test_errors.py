"""Failures as HTTP answers."""

from collections.abc import AsyncIterator

import pytest
from pymongo.errors import AutoReconnect
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from adapters.web.errors import HANDLERS, Shield
from domain.errors import Conflict, DomainError, FieldError, InvalidInput, NotFound, Refused


def answering(error: Exception) -> TestClient:
    """A client of an application whose only route fails so."""

    async def fail(_: Request) -> Response:
        raise error

    app = Starlette(
        routes=[Route("/", fail)], middleware=[Middleware(Shield)], exception_handlers=HANDLERS
    )
    return TestClient(app)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("No."), 400, "INVALID_INPUT"),
        (InvalidInput("No.", code="INVALID_PHONE"), 400, "INVALID_PHONE"),
        (NotFound("No."), 404, "NOT_FOUND"),
        (Conflict("No.", code="TOO_LATE"), 409, "TOO_LATE"),
        (Refused("No.", code="NOT_CONFIGURED"), 503, "NOT_CONFIGURED"),
        (Refused("No."), 403, "OPT_IN_REQUIRED"),
    ],
)
def test_an_expected_failure_has_its_own_status_and_code(
    error: DomainError, status: int, code: str
) -> None:
    with capture_logs() as logged:
        reply = answering(error).get("/")
    assert reply.status_code == status
    assert reply.json() == {"error": {"code": code, "message": "No."}}
    assert logged == []


def test_wrong_fields_and_help_are_told() -> None:
    error = InvalidInput("No.", fields=(FieldError("phone", "too short"),), help="Use +1760…")
    assert answering(error).get("/").json()["error"] == {
        "code": "INVALID_INPUT",
        "message": "No.",
        "fields": [{"field": "phone", "message": "too short"}],
        "help": "Use +1760…",
    }


def test_a_path_that_does_not_exist_is_answered_in_the_same_form() -> None:
    reply = answering(NotFound("No.")).get("/nowhere")
    assert reply.status_code == 404
    assert reply.json() == {"error": {"code": "NOT_FOUND", "message": "Not Found"}}


def test_headers_of_a_refusal_are_kept() -> None:
    reply = answering(HTTPException(429, headers={"Retry-After": "7"})).get("/")
    assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")


def test_an_unexpected_failure_has_an_id_that_the_log_has_too() -> None:
    with capture_logs() as logged:
        reply = answering(ValueError("body of +17605551234")).get("/")
    assert reply.status_code == 500
    error = reply.json()["error"]
    assert error["code"] == "INTERNAL"
    assert "7605551234" not in reply.text
    assert [one["error_id"] for one in logged] == [error["id"]]
    assert error["id"] in error["message"]


def test_an_absent_database_asks_the_caller_to_come_again() -> None:
    with capture_logs() as logged:
        reply = answering(AutoReconnect("10.0.0.1: connection closed")).get("/")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    assert [one["log_level"] for one in logged] == ["warning"]


def test_a_caller_who_left_is_no_error() -> None:
    with capture_logs() as logged, pytest.raises(AssertionError):
        answering(ClientDisconnect()).get("/")  # The test client misses its answer.
    assert [one["event"] for one in logged] == ["request.abandoned"]


def test_a_failure_in_the_middle_of_an_answer_only_ends_it() -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("late")

    async def stream(_: Request) -> Response:
        return StreamingResponse(parts())

    app = Starlette(routes=[Route("/", stream)], middleware=[Middleware(Shield)])
    with capture_logs() as logged:
        reply = TestClient(app).get("/")
    assert reply.text == "half"
    assert [one["event"] for one in logged] == ["request.failed"]
