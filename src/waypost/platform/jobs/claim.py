"""Taking work: fair between organisations, in order within one, never the same job twice.

The organisations with work are found by a skip scan, in rotation from the one served last; each gives at most its
share, row by row under SKIP LOCKED. A claim is committed before the work starts: the attempt counts even if the worker
dies.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from waypost.platform.jobs import claim_sql as sql

ORGS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in our hands, until its lease ends."""

    org_id: UUID
    id: UUID
    type: str
    queue: str
    attempt: int
    max_attempts: int
    replay: int
    run_at: datetime
    traceparent: str | None
    payload: dict[str, Any]
    token: UUID
    claimed_at: datetime


@dataclass(slots=True)
class Claims:
    """Claims for one queue; remembers whose turn it is. `batches` are the sizes of types that come in crowds."""

    engine: AsyncEngine
    queue: str
    worker: str
    lease: timedelta
    batches: dict[str, int] = field(default_factory=dict)
    _served: UUID = field(default_factory=uuid4)

    async def take(self, wanted: int, now: datetime) -> list[Claimed]:
        """Up to `wanted` ready jobs (a whole batch counts as one), due ones first by priority, then by age.

        Nothing when the queue is paused. When two workers reach for one key at once the unique index refuses the
        second, and its next look finds the key taken. What was taken before an error is given.
        """
        taken: list[Claimed] = []
        async with self.engine.connect() as connection:
            try:
                await self._take(connection, wanted, now, taken)
            except DBAPIError as error:
                if not taken and not isinstance(error, IntegrityError):
                    raise
        return taken

    async def _take(self, connection: AsyncConnection, wanted: int, now: datetime, taken: list[Claimed]) -> None:
        shares = await self._shares(connection)
        while shares:
            share = -(-(wanted - len(taken)) // len(shares))
            asked = {org: min(share, most) for org, most in shares.items()}
            got = await self._round(connection, asked, wanted - len(taken), now)
            taken += got
            if len(taken) >= wanted:
                break
            shares = _hungry(asked, shares, got)
        if taken and self.batches:
            taken += await self._fill(connection, taken, now)

    async def _shares(self, connection: AsyncConnection) -> dict[UUID, int]:
        """The next organisations in rotation, and how many more jobs each may run at once."""
        where = {"queue": self.queue, "served": self._served, "most": ORGS_AT_ONCE}
        rows = (await connection.exec_driver_sql(sql.ORGANISATIONS, where)).all()
        return {row.org_id: row.allowed for row in rows if row.allowed > 0}

    async def _round(
        self, connection: AsyncConnection, asked: dict[UUID, int], most: int, now: datetime
    ) -> list[Claimed]:
        asking = {"orgs": list(asked), "shares": list(asked.values()), "most": most}
        taken = await self._claim(connection, sql.BY_SHARE, asking, now)
        if not taken:
            taken = await self._claim(connection, sql.HEADS_OF_KEYS, asking, now)
        if taken:
            served = {claimed.org_id for claimed in taken}
            self._served = [org for org in asked if org in served][-1]
        return taken

    async def _fill(self, connection: AsyncConnection, taken: list[Claimed], now: datetime) -> list[Claimed]:
        """More of the same type and organisation for those that come in batches."""
        have: dict[tuple[UUID, str], int] = {}
        for claimed in taken:
            if claimed.type in self.batches:
                have[claimed.org_id, claimed.type] = have.get((claimed.org_id, claimed.type), 0) + 1
        lack = {pair: -n % self.batches[pair[1]] for pair, n in have.items()}
        asking = {
            "orgs": [org for org, _ in lack],
            "types": [type_ for _, type_ in lack],
            "shares": list(lack.values()),
        }
        return await self._claim(connection, sql.MORE_ALIKE, asking, now) if any(lack.values()) else []

    async def _claim(
        self, connection: AsyncConnection, statement: str, asking: dict[str, Any], now: datetime
    ) -> list[Claimed]:
        token = uuid4()
        mine = {"queue": self.queue, "now": now, "worker": self.worker, "token": token, "until": now + self.lease}
        rows = (await connection.exec_driver_sql(statement, asking | mine)).all()
        return [_claimed(row, token, now) for row in rows]


def _claimed(row: Any, token: UUID, now: datetime) -> Claimed:
    columns: list[Any] = [*row, token, now]
    return Claimed(*columns)


def _hungry(asked: dict[UUID, int], shares: dict[UUID, int], got: list[Claimed]) -> dict[UUID, int]:
    """Those that gave their whole share and may give more."""
    given: dict[UUID, int] = {}
    for claimed in got:
        given[claimed.org_id] = given.get(claimed.org_id, 0) + 1
    left = {org: shares[org] - n for org, n in given.items() if n == asked[org]}
    return {org: n for org, n in left.items() if n > 0}
