"""The file itself: opened by one process at a time, touched by one thread, every transaction synced (SQLite, WAL)."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.observe import logs
from waypost.sourcing.scraper.store.schema import STEPS

Answer = TypeVar("Answer")
Act = Callable[[sqlite3.Connection], Answer]

NO_ROOM_SECONDS = 5.0
NAME, LOCK = "scraper.sqlite", "scraper.lock"
FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
PRAGMAS = (
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    "pragma foreign_keys = on",
    "pragma busy_timeout = 5000",
    "pragma cache_size = -2000",
    "pragma journal_size_limit = 16777216",
)

_log = logs.line("waypost.sourcing.scraper.store")


class FolderTaken(Conflict):
    """Another scraper uses this folder."""


class NewerFile(Conflict):
    """The scraper's file was written by a newer version of Waypost."""


class NoRoom(Unavailable):
    """There is no room to keep anything more."""


class Store:
    """`ask` waits for a transaction's answer, `tell` does not. Both run in order, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="scraper-store")
        self._connection = self._thread.submit(_connected, path).result()

    async def ask(self, act: Act[Answer]) -> Answer:
        """What `act` answers, once it is on the disk. Refuses with `NoRoom` where the disk does not take it."""
        return await asyncio.wrap_future(self._thread.submit(self._whole, act))

    async def insist(self, act: Act[Answer]) -> Answer:
        """The same, however long the disk is full: whoever calls has nothing better to do than to wait."""
        while True:
            try:
                return await self.ask(act)
            except NoRoom:
                await asyncio.sleep(NO_ROOM_SECONDS)

    def tell(self, act: Act[Any]) -> None:
        """Do it soon; a failure is logged, for nobody waits."""
        self._thread.submit(self._whole, act).add_done_callback(_noted)

    def _whole(self, act: Act[Answer]) -> Answer:
        try:
            with _transaction(self._connection):
                return act(self._connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in FULL:
                raise NoRoom(retry_after=timedelta(seconds=60)) from error
            raise

    def limit(self, pages: int) -> None:
        """Never let the file grow beyond so many pages of 4 kB."""
        self._thread.submit(self._connection.execute, f"pragma max_page_count = {pages:d}").result()

    def close(self) -> None:
        """After everything that was told."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The file of a folder, for us alone; refuses with `FolderTaken` while another process has it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(folder):
        store = Store(folder / NAME)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder; the kernel lets go of it when we end, however that happens (flock)."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, folder)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FolderTaken(f"Another scraper uses {folder}; give this one a folder of its own with --data.") from None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def _connected(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        connection.execute(pragma)
    _bring_up(connection)
    return connection


def _bring_up(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("pragma user_version").fetchone()
    if version > len(STEPS):
        connection.close()
        raise NewerFile
    for number, step in enumerate(STEPS[version:], version + 1):
        with _transaction(connection):
            for statement in step:
                connection.execute(statement)
            connection.execute(f"pragma user_version = {number:d}")


def _noted(done: "Future[Any]") -> None:
    if (error := done.exception()) is not None:
        _log.error("scraper.not_kept", reason=type(error).__name__)
