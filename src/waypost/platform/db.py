"""The way to the database: one session class bound to one organisation, forced row security behind it.

Every tenant table is keyed `(org_id, id)`; the organisation of a transaction is set in exactly one place (`bind`), with
`SET LOCAL`, because a session-wide setting would leak to the next user of a pooled connection.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Connection, DateTime, MetaData, Text, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column, relationship

from waypost.platform.ids import new_id


class NoOrganisation(RuntimeError):
    """A transaction was begun for no organisation: a fault of ours, never of a caller."""


class OrgSession(Session):
    """The synchronous heart of every session; its hook binds each transaction to the session's organisation."""


@event.listens_for(OrgSession, "after_begin")
def bind(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """The only place that sets the organisation of a transaction; refuses when the session names none. A savepoint
    stands in a transaction that was bound."""
    if transaction.nested:
        return
    org = session.info.get("org")
    if org is None:
        raise NoOrganisation
    connection.execution_options(org=org)
    connection.exec_driver_sql(f"SET LOCAL app.current_org_id = '{UUID(str(org))}'")


class Base(DeclarativeBase):
    """All tables of Waypost: text without length limits, times with zone, whole numbers of 64 bits."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text(), datetime: DateTime(timezone=True), int: BigInteger()}


class OrgOwned:
    """A row that belongs to one organisation; `org_id` fills itself from the transaction's binding."""

    org_id: Mapped[UUID] = mapped_column(
        primary_key=True, default=lambda context: context.execution_options["org"], sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def one(owner: str, target: str, column: str, **kwargs: Any) -> Any:
    """Many-to-one over a composite key: only `column` is foreign, so `org_id` is never copied; loaded on demand."""
    join = f"and_({target}.org_id=={owner}.org_id, {target}.id==foreign({owner}.{column}))"
    return relationship(target, primaryjoin=join, lazy="raise", **kwargs)


def many(owner: str, target: str, column: str, **kwargs: Any) -> Any:
    """One-to-many, the mirror of `one`."""
    join = f"and_({owner}.org_id=={target}.org_id, {owner}.id==foreign({target}.{column}))"
    return relationship(target, primaryjoin=join, lazy="raise", uselist=True, **kwargs)


@dataclass(slots=True)
class Shards:
    """The only way to a session. One shard by default; the organisation decides which one serves it."""

    engine: AsyncEngine
    _reader: AsyncEngine = field(init=False)
    _asker: AsyncEngine = field(init=False)

    def __post_init__(self) -> None:
        self._reader = self.engine.execution_options(postgresql_readonly=True)
        self._asker = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def session(self, org: UUID, *, reads: bool = False) -> AsyncIterator[AsyncSession]:
        """A session bound to `org`; `reads` makes its transactions READ ONLY in the database's own sense."""
        engine = self._reader if reads else self.engine
        async with AsyncSession(
            engine, sync_session_class=OrgSession, info={"org": org}, expire_on_commit=False
        ) as session:
            yield session

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """For one question that names no organisation: without a transaction it costs one round trip, not three."""
        async with self._asker.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Give every pooled connection back to the server."""
        await self.engine.dispose()


RESTED = 1.0
"""Seconds after which a pooled connection is tried before it is used: a server that was restarted meanwhile is noticed,
and a busy process does not ask twice as often as it needs to."""


def connect(url: str, *, pool: int = 10, overflow: int = 10) -> AsyncEngine:
    """An engine on psycopg for `url` (`postgresql+psycopg://…`), a direct connection to the server."""
    engine = create_async_engine(url, pool_size=pool, max_overflow=overflow, hide_parameters=True)
    dialect = engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is not None and monotonic() - since > RESTED:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as gone:
                raise InvalidatePoolError from gone

    return engine
