"""Whether a failure is the database's weather: it passes, and what failed may be asked again."""

from collections.abc import Mapping
from typing import Any

from mongoengine.errors import OperationError
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

FULL = frozenset({14031, 28})  # OutOfDiskSpace; the system's own number for it
PASSING = FULL | {
    6,  # HostUnreachable
    7,  # HostNotFound
    24,  # LockTimeout
    50,  # MaxTimeMSExpired
    64,  # WriteConcernFailed
    89,  # NetworkTimeout
    91,  # ShutdownInProgress
    112,  # WriteConflict
    133,  # FailedToSatisfyReadPreference
    134,  # ReadConcernMajorityNotAvailableYet
    189,  # PrimarySteppedDown
    251,  # NoSuchTransaction: another primary does not know it
    262,  # ExceededTimeLimit
    9001,  # SocketException
    10107,  # NotWritablePrimary
    11600,  # InterruptedAtShutdown
    11602,  # InterruptedDueToReplStateChange
    13435,  # NotPrimaryNoSecondaryOk
    13436,  # NotPrimaryOrSecondary
}
LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


def passes(error: BaseException) -> bool:
    """Whether the database was away, changed its primary, was too slow or had no room.

    What was asked may have been done all the same.
    """
    if isinstance(error, OperationError):  # MongoEngine's own, around the driver's
        cause = error.__cause__ or error.__context__
        return cause is not None and passes(cause)
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WriteConcernError):
        return True
    if isinstance(error, BulkWriteError):
        return _bulk(error.details or {})
    if isinstance(error, OperationFailure) and error.code in PASSING:
        return True
    return isinstance(error, PyMongoError) and any(map(error.has_error_label, LABELS))


def _bulk(details: Mapping[str, Any]) -> bool:
    """One command wrote several: any of them may have met it."""
    failed = details.get("writeErrors") or ()
    return bool(details.get("writeConcernErrors")) or any(
        one.get("code") in PASSING for one in failed
    )
