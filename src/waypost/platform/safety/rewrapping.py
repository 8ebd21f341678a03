"""Sealing anew what an older key sealed, so that the older one can be dropped one day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from waypost.platform.safety.vault import CannotOpen, Vault
from waypost.platform.work import Work

REWRAPPED = Counter("waypost_secrets_rewrapped_total", "Stored secrets that were sealed anew with the present key")
UNOPENED = Counter("waypost_secrets_unopened_total", "Times that a stored secret opened with none of our keys")
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """One column of sealed values, and what the value of a row is bound to."""

    column: InstrumentedAttribute[Any]
    place: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class SealedColumns:
    """All of them: a part that the composition root gathers from the modules."""

    known: Sequence[Sealed] = ()


async def rewrap(work: Work, vault: Vault, one: Sealed, after: UUID | None) -> UUID | None:
    """Seal anew what is not under the present key: `AT_ONCE` rows behind an id; the last id, None when all were seen.

    A value that somebody replaced meanwhile stays as that person sealed it; one that no key opens stays as it is, and
    stands in nobody's way.
    """
    model, column = one.column.class_, one.column
    old = func.substr(column, 1, len(vault.head)) != vault.head
    chosen = select(model).where(column.is_not(None), old).order_by(model.id).limit(AT_ONCE)
    rows = (await work.db.scalars(chosen.where(model.id > after) if after else chosen)).all()
    for row in rows:
        await _seal_anew(work, vault, one, row)
    return rows[-1].id if len(rows) == AT_ONCE else None


async def _seal_anew(work: Work, vault: Vault, one: Sealed, row: Any) -> None:
    before, about, model = getattr(row, one.column.key), one.place(row), one.column.class_
    try:
        fresh = vault.seal(vault.open(before, about), about)
    except CannotOpen:
        work.after_commit(UNOPENED.inc)
        return
    chosen = update(model).where(model.id == row.id, one.column == before).values({one.column.key: fresh})
    done = await work.db.execute(chosen, execution_options={"synchronize_session": False})
    work.after_commit(partial(REWRAPPED.inc, done.rowcount))  # type: ignore[attr-defined]  # of an UPDATE
