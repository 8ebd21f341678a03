"""How often hosts were asked for a task and nobody was told yet: what a dead process asked counts as well."""

import sqlite3
from collections import Counter

NOTE = """
insert into requests (task, host, untold) values (?, ?, 1)
on conflict (task, host) do update set untold = untold + 1
"""


def note(db: sqlite3.Connection, task: int, host: str) -> None:
    """One more."""
    db.execute(NOTE, (task, host))


def told(db: sqlite3.Connection, task: int, host: str, number: int) -> None:
    """So many of them reached the API."""
    db.execute("update requests set untold = max(0, untold - ?) where task = ? and host = ?", (number, task, host))


def all_told(db: sqlite3.Connection, task: int) -> None:
    """Every one did, or stands in a report that waits."""
    db.execute("delete from requests where task = ?", (task,))


def untold(db: sqlite3.Connection, task: int) -> Counter[str]:
    """By host."""
    found = db.execute("select host, untold from requests where task = ? and untold > 0", (task,))
    return Counter({str(host): int(number) for host, number in found})
