"""The keeper as its users see it: one per folder, sent when missing, dismissed when its server died under it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from waypost.platform.postgres import keeper
from waypost.platform.postgres.account import ENVIRONMENT, Account
from waypost.platform.postgres.folder import Folder
from waypost.platform.postgres.locks import is_held
from waypost.platform.postgres.refusal import PostgresRefused

PATIENCE = 30.0
PAUSE = 0.01


def has_keeper(folder: Folder) -> bool:
    """Ask with the start lock in hand: the question itself holds the keeper's lock for a moment."""
    return is_held(folder.keeper_lock)


def send_keeper(folder: Folder, account: Account, command: list[str]) -> int | None:
    """Start a keeper that runs `command` as the server and tell its pid, or one that watches the running server.

    Refused: it could not do so.
    """
    program = [sys.executable, "-I", "-S", str(Path(keeper.__file__).resolve())]
    sent = subprocess.run(
        [*program, str(folder.root)],  # the path is for whoever reads the list of processes
        input=json.dumps(_order(folder, account, command)),
        text=True,
        stdout=subprocess.PIPE,
        cwd="/",
        env=ENVIRONMENT,
        start_new_session=True,
        timeout=PATIENCE,
        check=False,
    )
    if not sent.stdout:
        raise PostgresRefused(f"The keeper of the server in {folder.root} did not start; see {folder.log}.")
    pid: int | None = json.loads(sent.stdout)
    return pid


def _order(folder: Folder, account: Account, command: list[str]) -> keeper.Order:
    return {
        "keeper_lock": str(folder.keeper_lock),
        "users_lock": str(folder.users_lock),
        "log": str(folder.log),
        "cluster": str(folder.cluster),
        "uid": account.uid,
        "gid": account.gid,
        "command": command,
        "environment": ENVIRONMENT,
    }


def _dismiss(pid: int, folder: Folder) -> None:
    """Signal the keeper of this folder and nobody else: in another container the same number is another process."""
    words = Path(f"/proc/{pid}/cmdline")
    if not words.exists() or os.fsencode(folder.root) in words.read_bytes().split(b"\0"):
        os.kill(pid, signal.SIGUSR1)


def dismiss_keeper(folder: Folder) -> None:
    """A keeper whose server was killed waits for the last user without use; the next server comes with its own."""
    deadline = time.monotonic() + PATIENCE
    while has_keeper(folder):
        with suppress(ValueError, OSError):
            _dismiss(int(folder.keeper_lock.read_text()), folder)
        if time.monotonic() > deadline:
            raise PostgresRefused(
                f"{folder.root} is kept by process {folder.keeper_lock.read_text()}, perhaps in another container;"
                " end it first."
            )
        time.sleep(PAUSE)
