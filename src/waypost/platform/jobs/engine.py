"""The queue's own way to the database: its role sees the jobs of all organisations and nothing else of them."""

from typing import Any

import msgspec
from psycopg.types.json import set_json_loads
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.db import connect

PLANS = """
set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off;
set plan_cache_mode = force_generic_plan
"""
"""A table grows from nothing to a million rows between two looks of the planner: only index plans always fit."""


def queue_engine(url: str, *, pool: int = 4) -> AsyncEngine:
    """An autocommitting engine for `url` (role `waypost_worker`, a direct connection, not a transaction pooler)."""
    engine = connect(url, pool=pool, overflow=0).execution_options(isolation_level="AUTOCOMMIT")
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    set_json_loads(msgspec.json.decode, connection.driver_connection)
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
    connection.commit()
