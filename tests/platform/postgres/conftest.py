"""Real servers in short folders below /tmp, where sockets fit; every one of them has stopped when its test is over."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import waypost
from waypost.platform.postgres import Server, serve

collect_ignore = [] if os.geteuid() == 0 else ["test_as_root.py"]

USER = """
import sys
from pathlib import Path
from waypost.platform.postgres import serve
server = serve(Path(sys.argv[1]), durable=False)
print(server.admin_dsn("postgres"), flush=True)
sys.stdin.read()
"""

Join = Callable[..., Server]
User = subprocess.Popen[str]
Query = Callable[[Server, str], object]


@pytest.fixture
def joined() -> list[Server]:
    """The servers that this process uses in the test."""
    return []


@pytest.fixture
def join(joined: list[Server]) -> Join:
    """`serve`, quick, and released at the end whatever happens."""

    def one_more(data: Path, **wishes: Any) -> Server:
        joined.append(serve(data, **{"durable": False, **wishes}))
        return joined[-1]

    return one_more


def end(joined: list[Server]) -> None:
    """Release them all and see their servers stop."""
    for server in joined:
        server.release()
    assert all(server.stopped() for server in joined)
    joined.clear()


@pytest.fixture
def place(joined: list[Server]) -> Iterator[Path]:
    """An empty private folder."""
    folder = Path(tempfile.mkdtemp(prefix="wp-"))
    yield folder
    end(joined)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A data folder whose cluster exists; making one takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="wp-"))
    end([serve(folder, durable=False)])
    yield folder
    end([serve(folder, durable=False)])  # whatever a test left stopping has stopped then
    shutil.rmtree(folder)


@pytest.fixture
def data(made_once: Path, joined: list[Server]) -> Iterator[Path]:
    """That folder, its server stopped before and after the test."""
    yield made_once
    end(joined)


@pytest.fixture
def server(data: Path, join: Join) -> Server:
    """A running server of which this process is a user."""
    return join(data)


@pytest.fixture
def other_user() -> Iterator[Callable[[Path], User]]:
    """Start other processes that use the server of a folder; whoever is left at the end is killed."""
    started: list[User] = []

    def start(data: Path) -> User:
        path = str(Path(waypost.__file__).parents[1])
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data)],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def ask() -> Query:
    """One value from the server, as superuser; of several statements the last one's."""

    def query(server: Server, question: str) -> object:
        dsn = server.admin_dsn().replace("+psycopg", "")
        with psycopg.connect(dsn, autocommit=True) as session:
            cursor = session.execute(question.encode())
            while cursor.nextset():
                pass
            row = cursor.fetchone()
        return row and row[0]

    return query
