"""The only proof that the server is there and is ours: a login with the password that only we know."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

import psycopg
from psycopg import sql

from waypost.platform.postgres.address import Address
from waypost.platform.postgres.cluster import SUPERUSER
from waypost.platform.postgres.folder import Folder
from waypost.platform.postgres.refusal import PostgresRefused

DATABASE = "waypost"
PATIENCE_SECONDS = 5


class Silence(Enum):
    """Why a login got no session."""

    ABSENT = auto()
    BUSY = auto()


Session = psycopg.Connection[tuple[Any, ...]]


def log_in(folder: Folder, address: Address) -> Session | Silence:
    """A session as superuser, or ABSENT (nobody listens), or BUSY (starting, recovering, stopping).

    Refused: the server knows another password. Server messages are English here, whatever the system speaks.
    """
    try:
        return psycopg.connect(
            host=str(address.socket),
            hostaddr="",  # empty, so that variables of the environment have no say
            options="",
            port=address.number,
            user=SUPERUSER,
            password=folder.password(),
            dbname="postgres",
            require_auth="scram-sha-256",
            connect_timeout=PATIENCE_SECONDS,
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        complaint = str(error)
    if "password authentication failed" in complaint:
        raise PostgresRefused(
            f"The server in {folder.root} does not accept the password in {folder.password_file};"
            " put that file back from a backup."
        )
    return Silence.BUSY if "the database system is" in complaint else Silence.ABSENT


def ensure_database(session: Session) -> None:
    """Make our database where it is missing; once made it is left alone."""
    if not session.execute("select from pg_database where datname = %s", [DATABASE]).rowcount:
        session.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))


def is_durable(session: Session) -> bool:
    """Whether what is committed survives a crash of the machine."""
    return session.execute("select from pg_settings where name = 'fsync' and setting = 'on'").rowcount == 1


def major_of(session: Session) -> int:
    """The server's major version, such as 18."""
    return session.info.server_version // 10_000
