"""The server's files: made once by initdb, never opened by another major version."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from waypost.platform.postgres.account import Account
from waypost.platform.postgres.address import Address
from waypost.platform.postgres.binaries import VARIABLE, Binaries
from waypost.platform.postgres.folder import Folder, give
from waypost.platform.postgres.refusal import PostgresRefused
from waypost.platform.postgres.view import View

SUPERUSER = "postgres"
FIRST_SETTINGS = {  # written into postgresql.conf, where an operator may change them
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FIXED_SETTINGS = {  # given at every start; row values and statements of customers stay out of the log
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
CARELESS_SETTINGS = {"fsync": "off", "full_page_writes": "off"}  # safe while the machine itself lives on


def make_cluster(folder: Folder, account: Account, binaries: Binaries, *, durable: bool) -> None:
    """Run initdb beside the final place and move the result in, so that half a cluster is never taken for a whole."""
    workshop = folder.root / "new"
    shutil.rmtree(workshop, ignore_errors=True)
    give(workshop, account)
    try:
        draft = _make_draft(workshop / "data", folder.password(), account, binaries, durable=durable)
        draft.rename(folder.cluster)
    finally:
        shutil.rmtree(workshop)


def _make_draft(draft: Path, password: str, account: Account, binaries: Binaries, *, durable: bool) -> Path:
    give(draft, account)
    _tell_password(draft.with_name("password"), password, account)
    options = _initdb_options(View.into(draft, account), durable=durable)
    done = account.run(str(binaries.tool("initdb")), *options, cwd=draft)
    if done.returncode:
        complaint = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise PostgresRefused(f"The database in {draft.parents[1]} could not be made: {complaint}.")
    return draft


def _tell_password(path: Path, password: str, account: Account) -> None:
    """initdb reads it under the account, which cannot read our own copy."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(password)
    if not account.is_us:
        os.chown(path, account.uid, account.gid)


def _initdb_options(view: View, *, durable: bool) -> list[str]:
    """Sorting by code point, letters as Unicode has them: the same on every system and whatever its C library."""
    kind_of_letters = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    return [
        f"--pgdata={view.here}",
        f"--username={SUPERUSER}",
        f"--pwfile={view.beside}/password",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        f"--lc-ctype={kind_of_letters}",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        *([] if durable else ["--no-sync"]),
        *(f"--set={name}={value}" for name, value in FIRST_SETTINGS.items()),
    ]


def check_major(folder: Folder, binaries: Binaries) -> None:
    """Refuse files of another major version: PostgreSQL cannot read them, and would say so only in its log."""
    try:
        made_by = (folder.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise PostgresRefused(f"{folder.cluster} is not a PostgreSQL database folder; move it away.") from None
    if made_by != str(binaries.major):
        raise PostgresRefused(
            f"{folder.cluster} was made by PostgreSQL {made_by[:8]} and cannot be opened by {binaries.version};"
            f" name the folder of the older programs in {VARIABLE}, or restore a dump into a new --data."
        )


def server_command(folder: Folder, view: View, binaries: Binaries, address: Address, *, durable: bool) -> list[str]:
    """The command line, to be run in the cluster's folder."""
    settings = FIXED_SETTINGS | ({} if durable else CARELESS_SETTINGS)
    settings["listen_addresses"] = "127.0.0.1" if address.loopback else ""
    settings["unix_socket_directories"] = f'"{address.as_seen(folder, view)}"'
    settings["port"] = str(address.number)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries.tool("postgres")), "-D", view.here, *options]
