"""Start the server or join the one that runs, and see to it that somebody will stop it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from waypost.platform.postgres import keeper
from waypost.platform.postgres.account import Account
from waypost.platform.postgres.address import Address
from waypost.platform.postgres.binaries import Binaries, find_binaries
from waypost.platform.postgres.cluster import check_major, make_cluster, server_command
from waypost.platform.postgres.folder import Folder
from waypost.platform.postgres.keeping import dismiss_keeper, has_keeper, send_keeper
from waypost.platform.postgres.login import Session, Silence, ensure_database, is_durable, log_in, major_of
from waypost.platform.postgres.refusal import PostgresRefused
from waypost.platform.postgres.shelf import reachable
from waypost.platform.postgres.view import View

PATIENCE = 60.0
PAUSE = 0.02


@dataclass(frozen=True)
class Wish:
    """What a caller of `serve` asks for."""

    port: int | None
    durable: bool
    binaries: Binaries | None


@dataclass(frozen=True)
class Lifetime:
    """One folder's server. Whoever calls holds a lease and, alone, the start lock."""

    folder: Folder
    account: Account

    def join(self, wish: Wish) -> tuple[Address, int]:
        """The address and major version of a server that runs, has a keeper and holds our database."""
        address, session = self._adopt() or self._start(wish)
        with session:
            if not has_keeper(self.folder):
                send_keeper(self.folder, self.account, [])
            self._refuse_other(wish, address, session)
            ensure_database(session)
            return address, major_of(session)

    def _adopt(self) -> tuple[Address, Session] | None:
        address = Address.remembered(self.folder)
        if address is None or not self.folder.cluster.exists():
            return None
        session = self._await_session(address)
        return None if session is None else (address, session)

    def _start(self, wish: Wish) -> tuple[Address, Session]:
        binaries = self._ready_cluster(wish)
        address = Address.chosen(self.folder, self.account, wish.port)
        address.remember(self.folder)
        self._drop_stale_pid_file()
        dismiss_keeper(self.folder)
        read_so_far = self.folder.log.stat().st_size if self.folder.log.exists() else 0
        view = View.into(self.folder.cluster, self.account)
        command = server_command(self.folder, view, binaries, address, durable=wish.durable)
        session = self._await_session(address, send_keeper(self.folder, self.account, command))
        if session is None:
            raise PostgresRefused(f"PostgreSQL did not start in {self.folder.root}: {self._complaint(read_so_far)}.")
        return address, session

    def _ready_cluster(self, wish: Wish) -> Binaries:
        binaries = reachable(wish.binaries or find_binaries(), self.account)
        if not self.folder.cluster.exists():
            make_cluster(self.folder, self.account, binaries, durable=wish.durable)
        check_major(self.folder, binaries)
        return binaries

    def _await_session(self, address: Address, pid: int | None = None) -> Session | None:
        """A session; nothing when no server is there to give one. A server in recovery is waited for."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = log_in(self.folder, address)
            if not isinstance(answer, Silence):
                return answer
            if answer is Silence.BUSY:
                deadline = time.monotonic() + PATIENCE
            elif not (pid and keeper.lives(pid)) and not keeper.inhabitants(str(self.folder.cluster)):
                return None
            if time.monotonic() > deadline:
                raise PostgresRefused(f"A server runs in {self.folder.root} but does not answer; see server.log there.")
            time.sleep(PAUSE)

    def _drop_stale_pid_file(self) -> None:
        """After a crash PostgreSQL refuses to start when another process has got the number in its pid file."""
        cluster = str(self.folder.cluster)
        pids = keeper.written_pid(cluster)
        if any(map(keeper.lives, pids)) and not keeper.inhabitants(cluster):
            (self.folder.cluster / "postmaster.pid").unlink()

    def _complaint(self, read_so_far: int) -> str:
        """The server's own last words."""
        with self.folder.log.open("rb") as log:
            log.seek(read_so_far)
            lines = log.read().decode(errors="replace").splitlines()
        fatal = [line.partition("FATAL:")[2] for line in lines if "FATAL:" in line]
        return (fatal or lines or ["it said nothing"])[-1].strip()

    def _refuse_other(self, wish: Wish, address: Address, session: Session) -> None:
        """A server that others started otherwise stays as it is: it is theirs too."""
        if wish.port is not None and wish.port != address.port:
            offer = f"on port {address.port}" if address.port else "without a port"
            raise PostgresRefused(
                f"The server in {self.folder.root} already runs {offer}; end its other users or drop port {wish.port}."
            )
        if wish.durable and not is_durable(session):
            raise PostgresRefused(f"The server in {self.folder.root} runs without fsync; end its other users.")
