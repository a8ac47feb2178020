"""What keeps a process from starting, said to the operator in plain lines."""

import errno
import fcntl
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

NO_ADDRESS = "HOST {host} is no address of this machine: set it to one that is."
UNREAD_SECONDS = 30
MOST_FILES = 65_536
NOT_OURS = {errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL}


class StartupError(Exception):
    """Carries one line for each thing to mend; never shown as a traceback."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def folder(path: Path) -> Path:
    """That directory, made if need be; StartupError when nothing can be kept in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):
            return path
    except OSError as error:
        raise StartupError(
            f"Nothing can be kept in {path} ({_reason(error)}): "
            "set THREADLINE_DATA to a folder that can be written."
        ) from error


def tell_where(uri: object | None, data: Path) -> None:
    """Say on standard error which database was written to, where it is the embedded one."""
    if uri is None:
        sys.stderr.write(f"threadline: written to the database in {data.resolve() / 'db'}\n")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """The one program of its kind in that directory; StartupError when there is another."""
    with (path / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartupError(
                f"Another demo runs in {path}: stop it, or set THREADLINE_DATA to another folder."
            ) from error
        yield


def listener(
    host: str, port: int, unread_seconds: float = UNREAD_SECONDS, *, setting: str = "PORT"
) -> socket.socket:
    """A socket that listens there; StartupError says which setting is in the way (`setting`).

    Who reads nothing of what was sent to them for `unread_seconds` is cut off; the rest of an
    answer does not wait until its beginning was acknowledged.
    """
    try:
        return _prompt(_impatient(socket.create_server((host, port)), unread_seconds))
    except UnicodeError as error:
        raise StartupError(NO_ADDRESS.format(host=host)) from error
    except OSError as error:
        if error.errno in NOT_OURS:
            raise StartupError(NO_ADDRESS.format(host=host)) from error
        taken = error.errno == errno.EADDRINUSE
        reason = "address already in use" if taken else _reason(error)
        told = f"Port {port}: {reason}. Free it, or set {setting} to another."
        raise StartupError(told) from error


def roomy() -> None:
    """Let this process have as many connections as the system allows: each is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _prompt(listener: socket.socket) -> socket.socket:
    """Connections have this from their listener; asyncio sets it on those that it makes itself."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _impatient(listener: socket.socket, seconds: float) -> socket.socket:
    """Its connections end when nothing moves: the server's own closing waits until all is read."""
    if sys.platform == "linux":  # elsewhere there is no such option
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
    return listener


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be used").lower()
