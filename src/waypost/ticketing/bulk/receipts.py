"""The receipt as a table that office programs open: one line a ticket, no words of customers in it."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from waypost.ticketing.bulk.doing import WORDS

COLUMNS = ("ticket_id", "ticket_code", "result", "detail", "before", "after", "at")


def lines(rows: Iterable[Any], *, head: bool = True) -> str:
    """Comma-separated lines (RFC 4180); `before` and `after` name only what differs."""
    out = StringIO()
    writer = csv.writer(out)
    if head:
        writer.writerow(COLUMNS)
    for row in rows:
        before, after = row.before or {}, row.after or {}
        differs = [name for name in WORDS if before.get(name) != after.get(name)]
        at = row.at.isoformat() if row.at else ""
        told = (_said(before, differs), _said(after, differs), at)
        writer.writerow((row.ticket_id, row.ticket_code or "", row.result or "", row.detail or "", *told))
    return out.getvalue()


def _said(values: dict[str, Any], names: list[str]) -> str:
    return "; ".join(f"{name}: {values.get(name) or 'nobody'}" for name in names)
