"""Writing the log: unchained in the transaction of the act itself, chained soon after by a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from waypost.platform.audit.chain import link_hash
from waypost.platform.audit.models import AuditLink, AuditLog, AuditRecorded
from waypost.platform.audit.queries import CUT, cut, end, said_of, unchained
from waypost.platform.ids import new_id
from waypost.platform.work import Work

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('audit chain ' || cast(app_org() as text), 0))")


async def record(work: Work, act: str, thing: str, thing_id: UUID | None, detail: dict[str, Any]) -> None:
    """Write down an act (`"member.added", "person", id, {"role": "agent"}`); it stands or falls with the work.

    `detail` holds JSON-ready ids and plain values, never bodies, addresses or secrets.
    """
    entry = AuditLog(
        id=new_id(),
        at=work.now,
        actor_kind=work.actor.kind.value,
        actor_id=work.actor.person_id,
        act=act,
        thing=thing,
        thing_id=thing_id,
        detail=detail,
    )
    work.db.add(entry)
    work.tell(AuditRecorded(entry.id))


async def chain(work: Work, log_ids: Sequence[UUID]) -> int:
    """Give these entries places at the end of the chain; those that have one keep it. Returns how many were new."""
    await work.db.execute(ONE_AT_A_TIME)
    previous, length = await end(work.db)
    entries = await unchained(work.db, log_ids)
    for position, entry in enumerate(entries, length + 1):
        previous = link_hash(previous, position, entry)
        work.db.add(AuditLink(position=position, log_id=entry.id, hash=previous))
    return len(entries)


async def cut_off(work: Work, before: datetime, most: int) -> int:
    """Remove the oldest links whose acts were done before then, at most so many; how many went. The log says so."""
    named = {"fresh": new_id(), "before": before, "most": most}
    gone = int(await work.db.scalar(text("select audit_cut(:fresh, :before, :most)"), named) or 0)
    begun = await cut(work.db) if gone else None
    if begun is not None:
        await record(work, CUT, "audit_log", begun.id, said_of(begun))
    return gone
