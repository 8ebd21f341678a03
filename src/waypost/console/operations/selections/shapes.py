"""Selections and receipts as programs see them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from waypost.console.operations.selections.models import JobSelection

COLUMNS = ("step", "job_id", "type", "result", "status", "error", "at")
NAMES = (
    *("id", "made_at", "type", "fingerprint", "again_of", "count", "sample", "types", "act", "state", "step", "rate"),
    *("with_check", "done", "left", "verdict", "started_at", "ended_at"),
)


def shown(selection: JobSelection) -> dict[str, Any]:
    """Everything but who made it, which the audit log says."""
    return {name: getattr(selection, name) for name in NAMES}


def rehearsed(selection: JobSelection, *, with_check: bool) -> dict[str, Any]:
    """What a replay would do: `{would_replay, would_leave: {twin, check, not, unknown}}`."""
    left = {"twin": 0, "check": 0, "not": 0, "unknown": 0}
    for line in selection.types or []:
        verdict = line["verdict"]
        if verdict in ("not", "unknown") or (verdict == "check" and not with_check):
            left[verdict] += line["count"]
        else:
            left["twin"] += line["twins"]
    return {"would_replay": selection.count - sum(left.values()), "would_leave": left}


def csv_lines(lines: Sequence[dict[str, Any]], *, head: bool) -> str:
    """Lines of a receipt as CSV (RFC 4180)."""
    text = io.StringIO()
    rows = csv.writer(text)
    if head:
        rows.writerow(COLUMNS)
    rows.writerows([line[name] if line[name] is not None else "" for name in COLUMNS] for line in lines)
    return text.getvalue()
