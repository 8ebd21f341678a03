"""What readiness looks at: the database, the disk of the data folder, the schema; and what a start demands."""

import asyncio
import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.errors import Unavailable
from waypost.platform.observe.health import Check
from waypost.platform.observe.logs import line
from waypost.platform.schema.migrate import head
from waypost.platform.settings import SettingRefused

REQUIRED = (
    "api_request_events",
    "authorization_events",
    "job_source_callback_events",
    "job_source_run_events",
    "job_source_runs",
    "ops_alert_states",
    "scrape_schedule_events",
)
"""Tables without which a production process does not start (sourcing.md 1.7)."""
MISSING = text("select name from unnest(cast(:names as text[])) name where to_regclass(name) is null")
REVISION = text("select version_num from alembic_version")

_log = line("waypost.sourcing.health")


class DiskFull(Unavailable):
    """The disk of the data folder is nearly full."""


class SchemaBehind(Unavailable):
    """The database is not at the version that this program needs."""


def checks(engine: AsyncEngine, data: Path, threshold: float) -> tuple[Check, ...]:
    """Database, disk, schema."""

    async def database() -> str:
        async with engine.connect() as connection:
            await connection.execute(text("select 1"))
        return "answers"

    async def schema() -> str:
        async with engine.connect() as connection:
            stands = await connection.scalar(REVISION)
        if stands != head():
            raise SchemaBehind
        return str(stands)

    async def disk() -> str:
        used = await asyncio.to_thread(share_used, data)
        if used >= threshold:
            raise DiskFull
        return f"{used:.1%} used"

    return Check("database", database), Check("disk", disk), Check("schema", schema)


def share_used(folder: Path) -> float:
    """Of the disk that holds a folder, or the nearest folder above it that exists."""
    while not folder.exists():
        folder = folder.parent
    found = shutil.disk_usage(folder)
    return 1 - found.free / found.total


async def demand_tables(engine: AsyncEngine, *, prod: bool) -> list[str]:
    """The required tables that are missing: production refuses to start (`SettingRefused`), others warn."""
    async with engine.connect() as connection:
        missing = list((await connection.execute(MISSING, {"names": list(REQUIRED)})).scalars())
    if missing and prod:
        raise SettingRefused(f"The database lacks {', '.join(missing)}: run waypost migrate.")
    if missing:
        _log.warning("tables.missing", tables=missing)
    return missing
