"""Changes of rows as values: planned without a database, written forth, kept, and written back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.ticketing.tickets.images import plain_row

Values = Mapping[str, Any]
"""Columns of a row as JSON has them; see `tickets.images`."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after: only the columns that differ; None where there is no row."""

    table: str
    row_id: UUID
    before: Values | None
    after: Values | None

    def reversed(self) -> "RowChange":
        """The way back."""
        return RowChange(self.table, self.row_id, self.after, self.before)


@dataclass(slots=True)
class Changes:
    """A plan: row after row, each row once."""

    rows: list[RowChange] = field(default_factory=list)

    def __iter__(self) -> Iterator[RowChange]:
        return iter(self.rows)

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """A new row."""
        self.rows.append(RowChange(table, row["id"], None, plain_row(row)))

    def drop(self, table: str, row: Mapping[str, Any]) -> None:
        """A row goes; `row` holds all its columns."""
        before = {name: value for name, value in plain_row(row).items() if name != "org_id"}
        self.rows.append(RowChange(table, row["id"], before, None))

    def set(self, table: str, row: Mapping[str, Any], **after: Any) -> None:
        """Columns get other values; what stays the same is not part of the change."""
        wanted, standing = plain_row(after), plain_row({name: row[name] for name in after})
        differ = {name for name, value in wanted.items() if value != standing[name]}
        if differ:
            before, then = ({name: of[name] for name in after if name in differ} for of in (standing, wanted))
            self.rows.append(RowChange(table, row["id"], before, then))
