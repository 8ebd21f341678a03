"""Deciding what is kept."""

from dataclasses import asdict, replace

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.archive.requests.models import Closing
from waypost.archive.requests.policy.folders import check
from waypost.archive.requests.policy.models import ArchivePolicy
from waypost.archive.requests.policy.queries import TICKET, Policy, policy_for, shown
from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.work import Work


async def decide(work: Work, wanted: Policy, kind: str = TICKET) -> None:
    """The organisation's policy from now on; what was closed before stays as it was. Refuses with `BadPath`."""
    wanted = replace(wanted, path=check(wanted.path))
    before = await policy_for(work.db, kind)
    if wanted == before:
        return
    values = asdict(wanted) | {"updated_at": work.now}
    kept = upsert(ArchivePolicy).values(id=new_id(), kind=kind, **values)
    await work.db.execute(kept.on_conflict_do_update(index_elements=["org_id", "kind"], set_=values))
    detail = {"kind": kind, "before": shown(before), "after": shown(wanted)}
    await record(work, "archive.policy.updated", "archive_policy", None, detail)


async def exempt(work: Work, kind: str, source: str, ref: str, because: str) -> None:
    """Closings of a case that will never be kept after all: completeness counts the reason instead of a gap."""
    case = (Closing.kind == kind, Closing.source == source, Closing.ref == ref, Closing.exempt_because.is_(None))
    await work.db.execute(update(Closing).where(*case).values(exempt_because=because))
