"""Leave to ask a host: given away from one timeline that all organisations and scrapers share (ADR 0029)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.ids import new_id
from waypost.sourcing.sources import queries
from waypost.sourcing.sources.hours import opens_at
from waypost.sourcing.sources.models import HostState, Source, SourceDay
from waypost.sourcing.wire.task import Budget

GRANT = text(
    "select * from sourcing_grant_host(:host, cast(:wanted as bigint), make_interval(secs => :seconds),"
    " cast(:now as timestamptz))"
)
PACE = text("select sourcing_pace_host(:host, cast(:told as bigint), cast(:now as timestamptz))")
CLOSE = text("select sourcing_close_host(:host, cast(:until as timestamptz), :reason, cast(:now as timestamptz))")
OPEN = text("select sourcing_open_host(:host, cast(:now as timestamptz))")
STATES = text("select * from sourcing_host_states(cast(:hosts as text[]))")
FORGET = text("select sourcing_forget_hosts(cast(:before as timestamptz))")
COUNT = text(
    "insert into job_source_days (org_id, id, source_key, day, pages)"
    " values (app_org(), :id, :key, :day, :pages)"
    " on conflict (org_id, source_key, day) do update set pages = job_source_days.pages + excluded.pages"
)
MOST_WANTED = 1_000
REASON_LENGTH = 64


async def grant(db: AsyncSession, host: str, wanted: int, *, interval_ms: int, now: datetime) -> Budget:
    """Up to `wanted` requests to `host`, `interval_ms` apart; fewer, or none, where others were first.

    No slots and no `closed_until`: the next minute is given away, ask again. The host's row stays locked until the
    transaction ends, so several hosts are asked for in the order of their names (`grant_for` does).
    """
    name = host.strip().lower().rstrip(".")
    step = interval_ms / 1_000
    values = {"host": name, "wanted": max(0, min(wanted, MOST_WANTED)), "seconds": step, "now": now}
    row = (await db.execute(GRANT, values)).one()
    return Budget(
        host=name, first_at=row.first_at, interval_ms=interval_ms, slots=row.slots, closed_until=row.closed_until
    )


async def pace_of(db: AsyncSession, host: str, told_ms: int | None = None, *, now: datetime) -> int:
    """Milliseconds that a host's robots.txt wants between two requests, whoever makes them; 0 where it asks for none.

    `told_ms` is what somebody has just read there: it binds every run of the installation. None leaves what is known.
    """
    name = host.strip().lower().rstrip(".")
    return int(await db.scalar(PACE, {"host": name, "told": told_ms, "now": now}) or 0)


async def grant_for(db: AsyncSession, source: Source, wanted: dict[str, int], *, now: datetime) -> tuple[Budget, ...]:
    """The same for a source's hosts (`{host: requests}`), within its day's cap, its hours and its kill switch.

    A host's Crawl-delay counts where it is longer than the source's interval.
    A source that may not be asked now gets budgets without slots that say until when its hosts are closed to it.
    """
    shut = _shut_until(source, now)
    left = 0 if shut else await pages_left(db, source, now)
    shut = shut or (None if left else _tomorrow(now))
    given = []
    for host, number in sorted(wanted.items()):
        if shut:
            given.append(Budget(host=host, first_at=now, interval_ms=source.interval_ms, slots=0, closed_until=shut))
            continue
        pace = await pace_of(db, host, now=now)
        budget = await grant(db, host, min(number, left), interval_ms=max(source.interval_ms, pace), now=now)
        left -= budget.slots
        given.append(budget)
    return tuple(given)


async def close_host(
    db: AsyncSession, host: str, until: datetime, reason: str | None, *, now: datetime | None = None
) -> None:
    """A host asked for rest: nobody is granted anything before `until` (24 hours at most); the longer rest counts."""
    name = host.strip().lower().rstrip(".")
    values = {"host": name, "until": until, "reason": (reason or "closed")[:REASON_LENGTH], "now": now or until}
    await db.execute(CLOSE, values)


async def open_host(db: AsyncSession, host: str, *, now: datetime) -> None:
    """A person says that it may be asked again before its rest ends."""
    await db.execute(OPEN, {"host": host.strip().lower(), "now": now})


async def states(db: AsyncSession, hosts: Collection[str]) -> list[HostState]:
    """What is known of these hosts and of those below them, by name; whom nobody asked yet is left out."""
    found = await db.execute(STATES, {"hosts": list(hosts)})
    return [HostState(*row) for row in found]


async def note_pages(db: AsyncSession, key: str, pages: int, *, now: datetime) -> None:
    """Pages of a source that were asked for: they count against its cap of the day."""
    if pages > 0:
        await db.execute(COUNT, {"id": new_id(), "key": key, "day": f"{now:%Y-%m-%d}", "pages": pages})


async def pages_left(db: AsyncSession, source: Source, now: datetime) -> int:
    """How many pages of a source may still be asked for today."""
    return max(0, source.page_cap - await queries.pages_on(db, source.key, f"{now:%Y-%m-%d}"))


async def forget(db: AsyncSession, before: datetime) -> None:
    """Days and hosts that nobody has touched since then."""
    await db.execute(delete(SourceDay).where(SourceDay.day < f"{before:%Y-%m-%d}"))
    await db.execute(FORGET, {"before": before})


def _shut_until(source: Source, now: datetime) -> datetime | None:
    if source.killed_at or not source.enabled:
        return now + timedelta(hours=1)
    begins = opens_at(source, now)
    return begins if begins > now else None


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
