"""The public face: `serve` makes this process a user of the folder's server, `release` ends that."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from waypost.platform.postgres.account import serving_account
from waypost.platform.postgres.address import Address
from waypost.platform.postgres.binaries import Binaries
from waypost.platform.postgres.cluster import SUPERUSER
from waypost.platform.postgres.folder import Folder
from waypost.platform.postgres.keeper import postmaster
from waypost.platform.postgres.keeping import has_keeper
from waypost.platform.postgres.lifetime import Lifetime, Wish
from waypost.platform.postgres.locks import Lease, alone
from waypost.platform.postgres.login import DATABASE
from waypost.platform.postgres.refusal import PostgresRefused


@dataclass(frozen=True)
class Server:
    """A running server that this process is a user of, until `release` or until the process ends in whatever way."""

    major: int
    folder: Folder
    address: Address
    _lease: Lease = field(repr=False, compare=False)

    def dsn(self, user: str, password: str, database: str = DATABASE) -> str:
        """An address for SQLAlchemy with psycopg, over the socket."""
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        place = quote(str(self.address.socket), safe="/")
        return f"postgresql+psycopg://{login}@/{quote(database, safe='')}?host={place}&port={self.address.number}"

    def admin_dsn(self, database: str = DATABASE) -> str:
        """The superuser's; for migrations and operators only."""
        return self.dsn(SUPERUSER, self.folder.password(), database)

    def release(self) -> None:
        """Use it no longer; the server stops within a moment when no other process uses it."""
        self._lease.release()

    def stopped(self, within: float = 30.0) -> bool:
        """Wait until the server has ended, at most so many seconds; for those who remove or copy its files next."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with alone(self.folder.start_lock):
                if not has_keeper(self.folder) and postmaster(str(self.folder.cluster)) is None:
                    return True
            time.sleep(0.01)
        return False


def serve(
    data: Path,
    *,
    port: int | None = None,
    user: str | None = None,
    durable: bool = True,
    binaries: Binaries | None = None,
) -> Server:
    """Start the server of the data folder, or join it where it runs, and make its database `waypost` when missing.

    `port` also listens on 127.0.0.1; `user` is the account root steps down to; `durable=False` gives up safety
    against a crash of the machine, for tests; `binaries` defaults to `find_binaries()`. Any number of processes may
    call this at once, each for itself. Refused (PostgresRefused): whatever keeps it from running, with the remedy.
    """
    if port is not None and not 1 <= port <= 65_535:
        raise PostgresRefused(f"Port {port} is not one; choose between 1 and 65535.")
    try:
        return _serve(data.expanduser().resolve(), user, Wish(port, durable, binaries))
    except OSError as error:
        raise PostgresRefused(
            f"{error.filename or data} cannot be used ({error.strerror}); choose another --data."
        ) from error


def _serve(data: Path, user: str | None, wish: Wish) -> Server:
    folder = Folder(data / "postgres")
    folder.prepare()
    account = serving_account(user, folder.cluster)
    folder.let_through(account)
    lease = Lease(folder.users_lock)
    try:
        with alone(folder.start_lock):
            address, major = Lifetime(folder, account).join(wish)
    except BaseException:
        lease.release()
        raise
    return Server(major, folder, address, lease)
