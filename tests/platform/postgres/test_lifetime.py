"""Start, join, and the end: after the last user, however that one ends."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.platform.postgres.conftest import Join, Query, User
from waypost.platform.postgres import Server, find_binaries
from waypost.platform.postgres.account import serving_account
from waypost.platform.postgres.address import Address
from waypost.platform.postgres.cluster import server_command
from waypost.platform.postgres.folder import Folder
from waypost.platform.postgres.keeper import inhabitants, lives, postmaster
from waypost.platform.postgres.keeping import send_keeper
from waypost.platform.postgres.view import View

pytestmark = pytest.mark.turns("a server of PostgreSQL", 3)
OtherUser = Callable[[Path], User]


def keeper_of(server: Server) -> int:
    return int(server.folder.keeper_lock.read_text())


def postmaster_of(server: Server) -> int:
    pid = postmaster(str(server.folder.cluster))
    assert pid is not None
    return pid


def kill_postmaster(server: Server) -> None:
    """As the kernel does when memory runs out; its children notice and end."""
    os.kill(postmaster_of(server), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while inhabitants(str(server.folder.cluster)) and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_second_call_joins_and_the_server_ends_after_both(data: Path, ask: Query, join: Join) -> None:
    first, second = join(data), join(data)
    assert first == second
    first.release()
    first.release()
    assert not second.stopped(within=0.2)
    assert ask(second, "select current_database()") == "waypost"
    second.release()
    assert second.stopped()
    assert not inhabitants(str(second.folder.cluster))


def test_what_was_written_is_there_at_the_next_start(data: Path, ask: Query, join: Join) -> None:
    first = join(data)
    ask(first, "drop table if exists kept; create table kept as select 42 as answer; select 1")
    first.release()
    assert first.stopped()
    assert ask(join(data), "select answer from kept") == 42


def test_four_processes_at_once_make_one_server(place: Path, other_user: OtherUser, join: Join) -> None:
    users = [other_user(place) for _ in range(4)]
    addresses = {user.stdout.readline() for user in users if user.stdout}
    assert len(addresses) == 1 and addresses != {""}
    watching = join(place)
    watching.release()
    for user in users:
        assert not watching.stopped(within=0.1)
        user.kill()
    assert watching.stopped()


def test_a_newcomer_while_the_server_stops_is_served(data: Path, ask: Query, join: Join) -> None:
    for _ in range(3):
        join(data).release()
        newcomer = join(data)
        assert ask(newcomer, "select 1") == 1
        newcomer.release()


def test_a_killed_server_comes_back_with_what_was_committed(server: Server, data: Path, ask: Query, join: Join) -> None:
    ask(server, "drop table if exists survives; create table survives as select 7 as day; select 1")
    kill_postmaster(server)
    again = join(data)
    assert ask(again, "select day from survives") == 7
    again.release()
    assert not server.stopped(within=0.1)


def test_a_pid_file_that_names_a_stranger_does_not_keep_the_server_down(data: Path, ask: Query, join: Join) -> None:
    pid_file = data / "postgres" / "data" / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "60"], cwd="/")
    pid_file.write_text(f"{stranger.pid}\n{pid_file.parent}\n1700000000\n5432\n\n\n")
    server = join(data)
    assert ask(server, "select 1") == 1
    server.release()
    assert server.stopped()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_killed_keeper_is_replaced_by_the_next_user(data: Path, ask: Query, join: Join) -> None:
    first = join(data)
    lost, running = keeper_of(first), postmaster_of(first)
    os.kill(lost, signal.SIGKILL)
    while first.folder.keeper_lock.exists() and _is_alive(lost):
        time.sleep(0.01)
    second = join(data)
    assert keeper_of(second) != lost
    assert postmaster_of(second) == running
    first.release()
    second.release()
    assert second.stopped()


def _is_alive(pid: int) -> bool:
    """A zombie is not; whoever inherits it may bury it late."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_starter_killed_before_its_server_has_a_pid_file_leaves_no_server(data: Path) -> None:
    folder = Folder(data / "postgres")
    account = serving_account(None, folder.cluster)
    view, address = View.into(folder.cluster, account), Address.chosen(folder, account, None)
    command = server_command(folder, view, find_binaries(), address, durable=False)
    pid = send_keeper(folder, account, command)  # without a lease: the last user is gone already
    assert pid is not None
    deadline = time.monotonic() + 10
    while lives(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not inhabitants(str(folder.cluster))


def test_the_keeper_outlives_a_polite_end_of_everything(server: Server, ask: Query) -> None:
    """A service manager sends SIGTERM to all processes of a unit at once; ours may still need the server."""
    os.kill(keeper_of(server), signal.SIGTERM)
    assert not server.stopped(within=0.1)
    assert ask(server, "select 1") == 1


def test_programs_we_start_are_no_users(data: Path, join: Join) -> None:
    server = join(data)
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    server.release()
    assert server.stopped()
    child.kill()
    child.wait()


def test_forked_children_are_no_users(data: Path, join: Join) -> None:
    server = join(data)
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    server.release()
    assert server.stopped()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
