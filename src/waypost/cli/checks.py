"""One function for each line of `waypost doctor`."""

from collections.abc import Collection
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import psycopg

from waypost.cli.findings import Finding, Verdict, flawed, well
from waypost.main.worker import WORKING
from waypost.platform.schema.inspect import (
    catalogue_flaws,
    key_flaws,
    login_flaws,
    revision,
    row_security_flaws,
)
from waypost.platform.schema.migrate import head

OLDEST, TESTED = 16, (17, 18)
MOST_SKEW_SECONDS = 2.0
MOST_SILENCE_SECONDS = 60.0
HEARTBEAT = """
select count(*), extract(epoch from clock_timestamp() - max(state_change))::float8 from pg_stat_activity
where application_name = %s and datname = current_database()
"""
DEAD = "select count(*) from jobs where status = 'dead'"

Connection = psycopg.Connection[Any]


def answers(connection: Connection) -> Finding:
    """It answers, and is of a version that we know."""
    begun = perf_counter()
    connection.execute("select 1")
    took = f"{(perf_counter() - begun) * 1000:.1f} ms"
    version = connection.info.server_version
    said = f"PostgreSQL {version // 10_000}.{version % 10_000} answers in {took}"
    if version // 10_000 < OLDEST:
        return Finding("database", Verdict.WRONG, (f"{said}; Waypost needs {OLDEST} or newer",))
    if version // 10_000 not in TESTED:
        return Finding("database", Verdict.WARNING, (f"{said}; tested are {TESTED[0]} and {TESTED[1]}",))
    return well("database", said)


def clock(connection: Connection) -> Finding:
    """Leases and sign-ins compare times of two clocks; compared here in the middle of the round trip."""
    before = datetime.now(UTC)
    theirs = _one(connection, "select clock_timestamp()")
    ours = before + (datetime.now(UTC) - before) / 2
    skew = abs((theirs - ours).total_seconds())
    said = f"machine and database differ by {skew:.3f} s"
    return flawed("clock", [f"{said}; set both by NTP"] if skew >= MOST_SKEW_SECONDS else [], said)


def migration(connection: Connection) -> Finding:
    """The schema is the one this program was written for."""
    stands, needed = revision(connection), head()
    behind = [f"stands at {stands or 'nothing'}, this program needs {needed}: run waypost migrate"]
    return flawed("migration", [] if stands == needed else behind, f"at {stands}")


def login(connection: Connection) -> Finding:
    """The app's login owns nothing and is bound by row security."""
    return flawed("login", login_flaws(connection), f"{connection.info.user} owns nothing and bypasses nothing")


def row_security(connection: Connection, exempt: Collection[str]) -> Finding:
    """Every table with an organisation is shut; the exceptions are named."""
    listed = ", ".join(exempt)
    return flawed("row security", row_security_flaws(connection, exempt), f"forced everywhere; exceptions: {listed}")


def catalogue(connection: Connection, tables: Collection[str]) -> Finding:
    """People's data is reached through look-ups only."""
    return flawed("catalogue", catalogue_flaws(connection, tables), "reached through look-ups only")


def keys(connection: Connection, exempt: Collection[str]) -> Finding:
    """No reference can point across organisations."""
    return flawed("keys", key_flaws(connection, exempt), "keys and references carry the organisation")


def worker(connection: Connection) -> Finding:
    """A worker looks for jobs every second; the latest look of any of them is the heartbeat."""
    row = connection.execute(HEARTBEAT, [WORKING]).fetchone()
    sessions, silence = row or (0, None)
    if not sessions or silence is None:
        return Finding(
            "worker", Verdict.WARNING, ("no worker is running: start one with waypost up or waypost worker",)
        )
    said = f"last heard {max(0.0, silence):.0f} s ago"
    late = [f"{said}: it hangs, restart it"] if silence > MOST_SILENCE_SECONDS else []
    return flawed("worker", late, said)


def dead_jobs(connection: Connection) -> Finding:
    """Work that was given up waits for somebody to decide; that is no fault of the installation."""
    count = _one(connection, DEAD)
    if not count:
        return well("dead jobs", "none")
    return Finding("dead jobs", Verdict.INFO, (f"{count}; see waypost jobs dead --org NAME",))


def _one(connection: Connection, question: str) -> Any:
    row = connection.execute(question).fetchone()
    return row[0] if row else None
