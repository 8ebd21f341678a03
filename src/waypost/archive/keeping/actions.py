"""Verbs of retention: its classes, and what they say of a record."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from waypost.archive.keeping import queries
from waypost.archive.keeping.models import Participant, RetentionChanged, RetentionClass, Term
from waypost.archive.keeping.refusals import NameInUse, TermMissing, TooManyClasses
from waypost.archive.keeping.terms import decide
from waypost.archive.records import actions as records
from waypost.archive.records import queries as kept_records
from waypost.archive.records.models import RecordState
from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows, insert_unless_there, update_rows
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Wanted:
    """A class as somebody wrote it; what is None fits everything."""

    name: str
    years: int = 0
    days: int = 0
    priority: int = 100
    origin_kind: str | None = None
    path_prefix: str | None = None
    tag: str | None = None


async def add_class(work: Work, wanted: Wanted) -> RetentionClass:
    """A new class; every record is asked again afterwards."""
    await _check(work, wanted, None)
    if len(await queries.classes(work.db)) >= queries.MOST_CLASSES:
        raise TooManyClasses
    made = RetentionClass(id=new_id(), created_at=work.now, updated_at=work.now, **asdict(wanted))
    work.db.add(made)
    await work.db.flush()
    await _told(work, "added", made.id, asdict(wanted))
    return made


async def change_class(work: Work, kept: RetentionClass, wanted: Wanted) -> None:
    """All of it at once; every record is asked again afterwards."""
    await _check(work, wanted, kept.id)
    for name, value in asdict(wanted).items():
        setattr(kept, name, value)
    kept.updated_at = work.now
    await work.db.flush()
    await _told(work, "changed", kept.id, asdict(wanted))


async def remove_class(work: Work, kept: RetentionClass) -> None:
    """Its records fall to the next class that fits, else they are kept for ever."""
    await work.db.delete(kept)
    await work.db.flush()
    await _told(work, "removed", kept.id, {})


async def note_tags(work: Work, record_id: UUID, tags: Sequence[str]) -> None:
    """What is known of a record beyond its row: once for each version; then the classes decide."""
    row = {"id": new_id(), "record_id": record_id, "tags": [], "class_id": None, "retain_until": None}
    await insert_unless_there(work.db, Term, [row])
    terms = await queries.terms(work.db, [record_id], for_update=True)
    terms[record_id].tags = sorted(set(tags))
    await work.db.flush()
    await apply_classes(work, [record_id])


async def note_participants(work: Work, record_id: UUID, found: Collection[str], *, all_read: bool = False) -> None:
    """Addresses that have a part in a record: versions add to each other, for each of them stands.

    A record with one version has been read whole by that; of another one `all_read` says so.
    """
    case = await kept_records.by_id(work.db, record_id, for_update=True)
    if case.state == RecordState.ERASED:
        return
    rows = [{"id": new_id(), "record_id": record_id, "address": one} for one in sorted(found)]
    await insert_unless_there(work.db, Participant, rows)
    term = (await queries.terms(work.db, [record_id], for_update=True)).get(record_id)
    if term is not None and (all_read or case.numbered <= 1):
        term.read_at = term.read_at or work.now
    await work.db.flush()


async def apply_classes(work: Work, record_ids: Sequence[UUID]) -> None:
    """Let the classes decide on some records again; what did not change is not written."""
    rules, known = await queries.rules(work.db), await queries.known(work.db, record_ids)
    terms = await queries.terms(work.db, record_ids, for_update=True)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for record_id, facts in known.items():
        class_id, until = decide(rules, facts)
        term = terms.get(record_id)
        answer = {"class_id": class_id, "retain_until": until}
        if term is None:
            fresh.append({"id": new_id(), "record_id": record_id, "tags": []} | answer)
        elif (term.class_id, term.retain_until) != (class_id, until):
            changed.append({"id": term.id} | answer)
        if (term.retain_until if term else None) != until:
            await records.note_retention(work, record_id, until)
    await insert_rows(work.db, Term, fresh)
    await update_rows(work.db, Term, changed)


async def _check(work: Work, wanted: Wanted, own: UUID | None) -> None:
    if wanted.years <= 0 and wanted.days <= 0:
        raise TermMissing(errors=[{"field": "years", "msg": "years, days, or both"}])
    if await queries.class_named(work.db, wanted.name) not in (None, own):
        raise NameInUse(errors=[{"field": "name", "msg": "it is used"}])


async def _told(work: Work, verb: str, class_id: UUID, detail: dict[str, Any]) -> None:
    await record(work, f"archive.retention.{verb}", "archive_retention_class", class_id, detail)
    work.tell(RetentionChanged(class_id))
