"""Cases that are closed, kept and exempted, without the way there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select, update

from tests.archive.evidence.logbook import Logbook
from waypost.archive.evidence.actions import append
from waypost.archive.records.models import Record, RecordState, RecordVersion, VersionKind, VersionState
from waypost.archive.requests.actions import note_closing
from waypost.archive.requests.models import Closing
from waypost.archive.signing.levels import Level
from waypost.platform.ids import new_id

KIND, SOURCE = "zammad", "default"


@dataclass(slots=True)
class Desk:
    """Closes and keeps cases of one organisation."""

    log: Logbook
    refs: "count[int]"

    async def close(self, at: datetime, *, exempt: str | None = None, ref: str | None = None) -> str:
        ref = ref or str(next(self.refs))
        async with self.log.work() as work:
            await note_closing(work, KIND, SOURCE, ref, f"40{ref}", at, exempt_because=exempt)
        return ref

    async def exempt(self, ref: str, why: str) -> None:
        async with self.log.work() as work:
            await work.db.execute(update(Closing).where(Closing.ref == ref).values(exempt_because=why))

    async def keep(
        self, ref: str, at: datetime | None = None, *, stands: bool = True, kind: VersionKind = VersionKind.RECORD
    ) -> Record:
        """A version of the case, reserved at a time, with its leaf."""
        async with self.log.work() as work:
            at = at or work.now
            record = await work.db.scalar(select(Record).where(Record.ref == ref))
            if record is None:
                record = Record(
                    origin_kind=KIND,
                    source=SOURCE,
                    ref=ref,
                    number=f"40{ref}",
                    title="",
                    state=RecordState.KEPT,
                    made_at=at,
                    kept_at=at,
                )
                work.db.add(record)
                await work.db.flush()
            record.numbered += 1
            leaf = await append(work, "release", {"record": str(record.id), "version": record.numbered})
            version = RecordVersion(
                record_id=record.id,
                request_id=new_id(),
                number=record.numbered,
                kind=kind,
                state=VersionState.KEPT,
                level=Level.B,
                wanted=Level.B,
                sha256="",
                manifest_sha256="",
                log_position=leaf.position,
                leaf=leaf.hash.hex(),
                reserved_at=at,
                kept_at=at + timedelta(seconds=2) if stands else None,
            )
            work.db.add(version)
            return record
