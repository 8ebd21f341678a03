"""Verbs: be somewhere, leave. Others are told only when something changed, never by each beat."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import poke_live
from waypost.platform.work import Work
from waypost.ticketing.presence.models import LASTS, Doing, Presence

CHANGED = "ticket_presence"
"""The live event whose thing is the ticket."""


async def beat(work: Work, ticket_id: UUID, person_id: UUID, doing: Doing, there: Sequence[Presence]) -> None:
    """Say that a person is at a ticket and what they do; `there` is who was known to be."""
    if not any(one.person_id == person_id and one.doing == doing for one in there):
        await _forget_old(work, person_id)
        _tell(work, ticket_id)
    row = {"ticket_id": ticket_id, "person_id": person_id, "doing": doing, "seen_at": work.now}
    written = insert(Presence).values(id=new_id(), **row)
    await work.db.execute(
        written.on_conflict_do_update(
            index_elements=["org_id", "ticket_id", "person_id"], set_={"doing": doing, "seen_at": work.now}
        )
    )


async def leave(work: Work, ticket_id: UUID, person_id: UUID) -> None:
    """The page was closed, or turned to something else."""
    gone = delete(Presence).where(Presence.ticket_id == ticket_id, Presence.person_id == person_id)
    if (await work.db.execute(gone.returning(Presence.id))).all():
        _tell(work, ticket_id)


async def _forget_old(work: Work, person_id: UUID) -> None:
    old = delete(Presence).where(Presence.person_id == person_id, Presence.seen_at <= work.now - LASTS)
    await work.db.execute(old)


def _tell(work: Work, ticket_id: UUID) -> None:
    work.after_commit(partial(poke_live, work.org, CHANGED, ticket_id))
