"""Dead letters in the file: listed, chosen for a replay, discarded by a person, dropped when their time is over."""

import sqlite3
from dataclasses import dataclass

from waypost.sourcing.scraper.store.spool import Entry, as_entry, many

KEPT_SECONDS = 30 * 86_400.0
"""Dead letters stay so long; then they are dropped, and counted."""
EXPIRED = "dead_letters_expired"
MOST = 500
CHOSEN = """
select * from spool
where state in (select value from json_each(?))
  and (? is null or run_id = ?)
  and (? is null or class = ?)
  and created_at <= ?
  and id > ?
order by id
limit ?
"""
COUNTED = """
select count(*) from spool
where state in (select value from json_each(?)) and (? is null or run_id = ?) and (? is null or class = ?)
  and created_at <= ?
"""
DISCARD = "update spool set state = 'discarded', body = x'', resolved_at = ? where id = ? and state = 'dead'"
DROP_OLD = "delete from spool where state in ('sent', 'discarded') and resolved_at < ?"
DROP_DEAD = "delete from spool where state = 'dead' and created_at < ?"
COUNT = "insert into counts (name, value) values (?, ?) on conflict (name) do update set value = value + excluded.value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of them: a run's, a class's (`transient`, `permanent`), those made `until` then (Unix seconds)."""

    run_id: str | None = None
    kind: str | None = None
    until: float
    limit: int = MOST
    after: int = 0
    with_waiting: bool = False
    """Also those that the scraper still tries by itself."""

    @property
    def states(self) -> str:
        """As JSON."""
        return '["dead", "waiting"]' if self.with_waiting else '["dead"]'


def chosen(db: sqlite3.Connection, choice: Choice) -> list[Entry]:
    """The oldest first."""
    limit = max(0, min(choice.limit, MOST))
    return many(db.execute(CHOSEN, (*_filters(choice), choice.after, limit)))


def counted(db: sqlite3.Connection, choice: Choice) -> int:
    """How many there are, whatever the limit."""
    (number,) = db.execute(COUNTED, _filters(choice)).fetchone()
    return int(number)


def _filters(choice: Choice) -> tuple[object, ...]:
    run, kind = choice.run_id, choice.kind
    return choice.states, run, run, kind, kind, choice.until


def one(db: sqlite3.Connection, entry: int) -> Entry | None:
    """By its number."""
    found = db.execute("select * from spool where id = ?", (entry,)).fetchone()
    return as_entry(found) if found else None


def discard(db: sqlite3.Connection, entry: int, now: float) -> bool:
    """A person decided that nobody needs it; its content goes."""
    return db.execute(DISCARD, (now, entry)).rowcount == 1


def drop_old(db: sqlite3.Connection, now: float, keep_seconds: float) -> int:
    """Forget what is settled, and dead letters after 30 days; how many of those were dropped."""
    db.execute(DROP_OLD, (now - keep_seconds,))
    dropped = db.execute(DROP_DEAD, (now - KEPT_SECONDS,)).rowcount
    if dropped:
        db.execute(COUNT, (EXPIRED, dropped))
    return dropped


def expired(db: sqlite3.Connection) -> int:
    """How many dead letters were ever dropped for their age."""
    found = db.execute("select value from counts where name = ?", (EXPIRED,)).fetchone()
    return int(found["value"]) if found else 0
