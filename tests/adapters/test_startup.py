"""What is in the way of a start is told in one line that says what to do."""

import resource
import socket
from pathlib import Path

import pytest

from adapters import startup
from adapters.startup import StartupError


def told(error: pytest.ExceptionInfo[StartupError]) -> str:
    """The one line."""
    (line,) = error.value.problems
    return line


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    made = startup.folder(tmp_path / "a" / "b")
    assert made.is_dir()
    assert list(made.iterdir()) == []


@pytest.mark.parametrize("below", ["file", "file/sub/sub"])
def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError) as error:
        startup.folder(tmp_path / below)
    assert str(tmp_path / below) in told(error)
    assert "set THREADLINE_DATA" in told(error)


def test_a_folder_that_takes_no_files_is_named() -> None:
    with pytest.raises(StartupError) as error:
        startup.folder(Path("/proc/self"))
    assert "/proc/self" in told(error)


def test_a_second_demo_in_the_same_folder_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    with (
        startup.alone(tmp_path),
        pytest.raises(StartupError) as error,
        startup.alone(tmp_path),
    ):
        pass
    assert str(tmp_path) in told(error)
    with startup.alone(tmp_path):
        pass


def test_the_rest_of_an_answer_does_not_wait_for_its_beginning() -> None:
    with (
        startup.listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as taken,
    ):
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StartupError) as error:
            startup.listener("127.0.0.1", port)
    assert told(error) == (f"Port {port}: address already in use. Free it, or set PORT to another.")


@pytest.mark.parametrize("host", ["a..b", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_the_hosts_fault(host: str) -> None:
    with pytest.raises(StartupError) as error:
        startup.listener(host, 0)
    assert told(error).startswith(f"HOST {host} ")


def test_a_free_port_is_listened_on() -> None:
    with startup.listener("127.0.0.1", 0) as listener:
        socket.create_connection(listener.getsockname()[:2]).close()


def test_a_process_may_have_as_many_connections_as_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    try:
        startup.roomy()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(hard, startup.MOST_FILES), hard)
        startup.roomy()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_only_an_embedded_database_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    startup.tell_where("mongodb://127.0.0.1", tmp_path)
    assert capsys.readouterr().err == ""
    startup.tell_where(None, tmp_path)
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "",
        f"threadline: written to the database in {tmp_path / 'db'}\n",
    )
