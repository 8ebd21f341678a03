"""Under which account of the operating system the server runs: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from waypost.platform.postgres.refusal import PostgresRefused

PREFERRED = ("waypost", "postgres", "nobody")
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """A user with a passwd entry (initdb asks for its name), either ourselves or one that root steps down to."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, *command: str, cwd: Path = Path("/")) -> subprocess.CompletedProcess[str]:
        """Run a short command as this account, with nothing of our environment."""
        return subprocess.run(
            command,
            user=None if self.is_us else self.uid,
            group=None if self.is_us else self.gid,
            extra_groups=None if self.is_us else [],
            umask=0o077,
            cwd=cwd,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def can_run(self, program: Path) -> bool:
        """Whether the account reaches the program through all parent folders and its libraries too."""
        try:
            return self.run(str(program), "--version").returncode == 0
        except OSError:
            return False

    def closed_to(self, folder: Path) -> Path | None:
        """The topmost folder on the way to `folder` that the account may not enter, if there is one."""
        way = [*reversed(folder.parents), folder]
        return next((step for step in way if not self._can_enter(step)), None)

    def _can_enter(self, folder: Path) -> bool:
        """Asked of the kernel, which knows of access lists and other rules beside the mode."""
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", str(folder)).returncode == 0


def serving_account(wanted: str | None, cluster: Path) -> Account:
    """The owner of an existing cluster; for a new one ourselves or, as root, `wanted` or a usual service account.

    Refused: no such user, or root as the server.
    """
    account = _owner(cluster) if cluster.exists() else _newcomer(wanted)
    if wanted is not None and wanted != account.name:
        raise PostgresRefused(f"The server of {cluster} runs as {account.name}, not as {wanted}; leave the user out.")
    return account


def _owner(cluster: Path) -> Account:
    uid = cluster.stat().st_uid
    if uid == 0:
        raise PostgresRefused(
            f"{cluster} belongs to root, as whom PostgreSQL never runs; give it to an ordinary user (chown -R)."
        )
    return _by_uid(uid)


def _newcomer(wanted: str | None) -> Account:
    if os.geteuid() != 0:
        return _by_uid(os.geteuid())
    for name in [wanted] if wanted is not None else PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise PostgresRefused(
        f"PostgreSQL never runs as root and there is no user {wanted or ' or '.join(PREFERRED)};"
        " create one or name another."
    )


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise PostgresRefused(
            f"PostgreSQL needs a user with a name, and user id {uid} has none; add it to /etc/passwd."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
