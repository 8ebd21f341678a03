"""How the server itself names its folders, which may lie where its account could not walk to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waypost.platform.postgres.account import Account
from waypost.platform.postgres.refusal import PostgresRefused

HERE = Path("/proc/self/cwd")


@dataclass(frozen=True)
class View:
    """The working folder, which holds the database, and the folder around it."""

    here: str
    beside: str

    @classmethod
    def into(cls, working_folder: Path, account: Account) -> View:
        """Plain paths where the account may walk them. Below a private folder, such as a home of mode 0700, the
        server is set down in its working folder by us and never needs the way there; no rights are widened.

        Refused: a private folder on a system where a process cannot name its working folder (no /proc).
        """
        closed = None if account.is_us else account.closed_to(working_folder.parent)
        if closed is None:
            return cls(str(working_folder), str(working_folder.parent))
        if HERE.is_dir():
            return cls(str(HERE), "..")
        raise PostgresRefused(
            f"The server runs as {account.name}, which may not pass through {closed};"
            " choose another --data, for example /var/lib/waypost."
        )
