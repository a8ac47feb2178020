"""What counts as the database's weather, and what is a mistake of ours."""

import pytest
from mongoengine.errors import OperationError
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from domain import outages


def labelled(label: str) -> PyMongoError:
    """The driver's error with one of the server's words on it."""
    return OperationFailure("no", 1, {"errorLabels": [label]})


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("x"),
        NotPrimaryError("x"),
        ServerSelectionTimeoutError("x"),
        WTimeoutError("x", 64),
        OperationFailure("x", 14031),
        OperationFailure("x", 11602),
        labelled("TransientTransactionError"),
        labelled("UnknownTransactionCommitResult"),
        BulkWriteError({"writeErrors": [{"code": 11602}], "writeConcernErrors": []}),
        BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
    ],
)
def test_what_passes_by_itself_is_told_as_such(error: Exception) -> None:
    assert outages.passes(error)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("x", 11000),
        OperationFailure("x", 9),
        BulkWriteError({"writeErrors": [{"code": 11000}], "writeConcernErrors": []}),
        OperationError("x"),
        ValueError("x"),
        TimeoutError("x"),
    ],
)
def test_a_mistake_is_no_weather(error: Exception) -> None:
    assert not outages.passes(error)


def test_the_drivers_error_is_found_behind_mongoengines_own() -> None:
    told = OperationError("Could not save document")
    told.__cause__ = NotPrimaryError("stepped down")
    assert outages.passes(told)
