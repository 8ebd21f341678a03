"""Where everything of the embedded server lies: `DATA/postgres`, ours, with rooms that the server owns."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from waypost.platform.postgres.account import Account
from waypost.platform.postgres.data_folder import prepare_data_folder
from waypost.platform.postgres.refusal import PostgresRefused


@dataclass(frozen=True)
class Folder:
    """The paths below `DATA/postgres`; only `data` and `sock` belong to the server's account."""

    root: Path

    @property
    def cluster(self) -> Path:
        return self.root / "data"

    @property
    def users_lock(self) -> Path:
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.root / "keeper.lock"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def password_file(self) -> Path:
        return self.root / "superuser.password"

    @property
    def address_file(self) -> Path:
        return self.root / "address.json"

    def prepare(self) -> None:
        """Make sure it is there and ours.

        Refused: it belongs to somebody else, who could put links here and so have us write elsewhere.
        """
        prepare_data_folder(self.root)
        if self.root.is_symlink() or self.root.stat().st_uid != os.geteuid():
            raise PostgresRefused(
                f"{self.root} belongs to {self.root.owner()}, not to the user that runs Waypost; choose another --data."
            )

    def let_through(self, account: Account) -> None:
        """The server's account may pass to its own rooms, and list nothing."""
        self.root.chmod(0o700 if account.is_us else 0o711)

    def password(self) -> str:
        """The superuser's password, made at first use and readable by us only.

        Refused: a cluster without its password file, since nobody could log in.
        """
        if not self.password_file.exists():
            if self.cluster.exists():
                raise PostgresRefused(
                    f"{self.password_file} is missing; put it back from a backup, or move {self.cluster} away."
                )
            self.write(self.password_file, secrets.token_urlsafe(32))
        return self.password_file.read_text().strip()

    def write(self, path: Path, text: str) -> None:
        """Whole or not at all, for our eyes only."""
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=self.root)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(draft).replace(path)


def give(folder: Path, account: Account) -> None:
    """Make sure of a folder that belongs to the account alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not account.is_us:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
