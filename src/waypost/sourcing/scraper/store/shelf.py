"""Small things kept between runs: robots.txt, validators of listings, counts of pages (`fetching.hands.Shelf`)."""

import sqlite3
from datetime import UTC, datetime

from waypost.sourcing.fetching.hands import Kept
from waypost.sourcing.scraper.store.file import Store

LINGERS = 7 * 86_400.0
"""Seconds that a thing stays after its time: a listing that has not changed is worth asking for again."""
PUT = "insert or replace into shelf (kind, key, value, until) values (?, ?, ?, ?)"


class FileShelf:
    """The shelf of this scraper."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, kind: str, key: str) -> Kept | None:
        """What was put there."""

        def asked(db: sqlite3.Connection) -> Kept | None:
            found = db.execute("select value, until from shelf where kind = ? and key = ?", (kind, key)).fetchone()
            return Kept(bytes(found["value"]), datetime.fromtimestamp(found["until"], UTC)) if found else None

        return await self._store.ask(asked)

    async def put(self, kind: str, key: str, value: bytes, until: datetime) -> None:
        """Keep it."""
        kept = (kind, key, value, until.timestamp())
        await self._store.ask(lambda db: db.execute(PUT, kept))


def clear(db: sqlite3.Connection, now: float) -> int:
    """Drop what nobody needs any more."""
    return db.execute("delete from shelf where until < ?", (now - LINGERS,)).rowcount
