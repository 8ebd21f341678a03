"""Databases for tests: a server that forgets quickly (no fsync), a template, a clone for each worker."""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import psycopg

from waypost.platform.postgres.server import Server, serve
from waypost.platform.schema.build import statements
from waypost.tables import everything

PASSWORD = "for-tests-only"
TEMPLATE = "waypost_template"


@dataclass(frozen=True, slots=True)
class Logins:
    """SQLAlchemy addresses of one database under its three logins."""

    app: str
    worker: str
    owner: str


class Databases:
    """One running server; `clone` makes the calling process a database of its own."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        self._server: Server | None = None

    def __enter__(self) -> "Databases":
        self._server = serve(self._shared / "pg", durable=False)
        with open(self._shared / "template.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._make_template()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.release()
        self.server.stopped()

    @property
    def server(self) -> Server:
        """The server this run uses."""
        assert self._server is not None
        return self._server

    def clone(self, purpose: str = "") -> Logins:
        """A fresh copy of the template for this process; tests with a `purpose` of their own get another one."""
        name = "_".join(filter(None, ("waypost", os.environ.get("PYTEST_XDIST_WORKER", "alone"), purpose)))
        with self._admin("postgres") as admin:
            admin.execute(f'drop database if exists "{name}" with (force)')
            admin.execute(f'create database "{name}" template {TEMPLATE}')
        return Logins(
            app=self.server.dsn("waypost_app", PASSWORD, name),
            worker=self.server.dsn("waypost_worker", PASSWORD, name),
            owner=self.server.admin_dsn(name),
        )

    def _admin(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        dsn = self.server.admin_dsn(database).replace("postgresql+psycopg://", "postgresql://")
        return psycopg.connect(dsn, autocommit=True)

    def _make_template(self) -> None:
        with self._admin("postgres") as admin:
            with suppress(psycopg.errors.DuplicateDatabase):
                admin.execute(f"create database {TEMPLATE}")
                self._fill()
            for role in ("waypost_app", "waypost_worker"):
                admin.execute(f"alter role {role} login password '{PASSWORD}'")

    def _fill(self) -> None:
        with self._admin(TEMPLATE) as connection:
            for statement in statements(everything()):
                connection.execute(statement)
