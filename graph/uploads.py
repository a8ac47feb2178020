"""Files that come with a request, as graphql-multipart-request-spec has them.

A page elsewhere cannot forge such a request for its visitor: who asks is told by the Authorization
header alone, which no form can set and no browser adds by itself.
"""

from collections.abc import Mapping
from typing import Any

from cross_web import HTTPException
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as FormError
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from graph.limits import MOST_BYTES

MOST_FILES = 20

UNREADABLE = "The multipart form cannot be read."
ORDER = "A multipart request has the parts `operations`, `map`, and then the files."
OPERATIONS = "The part `operations` must be a JSON object; batches are not allowed."
MAP = "The part `map` must be a JSON object of lists of paths such as `variables.file`."
MISSING = "The `map` names a file that did not come with the request."
PLACE = "A path in the `map` must lead to a variable whose value is null."


async def form_of(request: Request) -> FormData:
    """The parts of the form: files on disk from a megabyte on, everything else in memory."""
    try:
        return await request.form(max_files=MOST_FILES, max_fields=2, max_part_size=MOST_BYTES)
    except (MultiPartException, FormError, ValueError) as error:
        raise HTTPException(400, UNREADABLE) from error


def texts_of(form: FormData) -> tuple[str, str]:
    """The parts `operations` and `map` as they came."""
    operations, places = form.get("operations"), form.get("map")
    if not isinstance(operations, str) or not isinstance(places, str):
        raise HTTPException(400, ORDER)
    return operations, places


def placed(operations: Any, places: Any, files: Mapping[str, Any]) -> dict[str, Any]:
    """The operations with each file where the map wants it; it is put in place."""
    if not isinstance(operations, dict):
        raise HTTPException(400, OPERATIONS)
    if not isinstance(places, dict):
        raise HTTPException(400, MAP)
    for name, paths in places.items():
        file = files.get(name)
        if not isinstance(file, UploadFile):
            raise HTTPException(400, MISSING)
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            raise HTTPException(400, MAP)
        for path in paths:
            _put(operations, path.split("."), file)
    return operations


def _put(operations: dict[str, Any], steps: list[str], file: UploadFile) -> None:
    """Only into variables, and only where null stands: nothing is made, nothing is replaced."""
    if steps[0] != "variables" or len(steps) == 1:
        raise HTTPException(400, PLACE)
    *way, last = steps
    target: Any = operations
    for step in way:
        target = _within(target, step)
    if _within(target, last) is not None:
        raise HTTPException(400, PLACE)
    target[int(last) if isinstance(target, list) else last] = file


def _within(target: Any, step: str) -> Any:
    """What stands there; the way must exist already."""
    try:
        if isinstance(target, list) and not step.isdigit():
            raise LookupError
        return target[int(step)] if isinstance(target, list) else target[step]
    except (LookupError, TypeError, ValueError) as error:
        raise HTTPException(400, PLACE) from error
