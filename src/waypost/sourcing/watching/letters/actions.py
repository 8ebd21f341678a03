"""Keeping copies of the scraper's dead letters, and having it replay or discard them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict
from waypost.platform.rows import among
from waypost.platform.work import Work
from waypost.sourcing.runs.models import Run
from waypost.sourcing.watching.letters.models import CallbackDeadLetter, ScraperLook
from waypost.sourcing.watching.letters.reading import Entry, Health

CHANGING = ("reason", "last_status", "permanence", "attempts", "seen_at", "entry")


class LetterIsGone(Conflict):
    """This dead letter was delivered or discarded already."""


async def keep_copies(work: Work, found: Sequence[Entry], *, complete: bool) -> int:
    """Bring the copies to what the scraper says; gives how many of them are this organisation's.

    Entries of other organisations are passed over: their run does not exist here. `complete`: the list was whole, so
    what is missing from it was delivered in the meantime.
    """
    mine = await _mine(work, {each.run_id for each in found})
    kept = [each for each in found if each.run_id in mine]
    for each in kept:
        await work.db.execute(_upsert(work, each))
    if complete:
        await _settle(work, [each.event_id for each in kept])
    return len(kept)


async def note_look(work: Work, health: Health | None, trouble: str | None = None) -> None:
    """What the look found; its last answer is remembered while it is away."""
    values = {"at": work.now, "reachable": health is not None, "trouble": trouble}
    if health is not None:
        values |= {"dead": health.dead, "oldest_age_seconds": health.oldest_age, "queued": health.queued}
        values |= {"active": health.active, "answered_at": work.now}
    row = upsert(ScraperLook).values(**values)
    await work.db.execute(row.on_conflict_do_update(index_elements=["org_id"], set_=values))


async def mark(work: Work, letter: CallbackDeadLetter, state: str) -> None:
    """A person's word: `sent` or `discarded`. Refuses what is settled (409). Audited."""
    if letter.state != "pending":
        raise LetterIsGone
    letter.state, letter.resolved_at = state, work.now
    about = {"run": str(letter.source_run_id), "event": letter.event_id}
    await record(work, f"callback.{'replayed' if state == 'sent' else 'discarded'}", "dead_letter", letter.id, about)


async def note_replay(work: Work, asked: dict[str, object], told: dict[str, object]) -> None:
    """Who had what replayed, with the numbers. Audited."""
    numbers = {name: told[name] for name in ("total", "sent", "failed") if isinstance(told.get(name), int)}
    await record(work, "callbacks.replayed", "scraper", None, {"choice": asked, **numbers})


async def note_replayed_runs(work: Work, run_ids: Sequence[UUID]) -> None:
    """A person had a part in the end of these runs: they do not count as completed by themselves."""
    if run_ids:
        runs = update(Run).where(among(Run.id, run_ids)).values(replayed=True)
        await work.db.execute(runs, execution_options={"synchronize_session": False})


async def _mine(work: Work, run_ids: set[UUID]) -> set[UUID]:
    found = await work.db.scalars(select(Run.id).where(among(Run.id, list(run_ids))))
    return set(found)


def _upsert(work: Work, each: Entry) -> Insert:
    row = upsert(CallbackDeadLetter).values(
        source_run_id=each.run_id,
        entry=each.id,
        kind=each.kind,
        event_id=each.event_id,
        request_id=each.request_id,
        reason=each.reason,
        last_status=each.last_status,
        permanence=each.permanence,
        attempts=each.attempts,
        created_at=each.created_at,
        seen_at=work.now,
    )
    newer = {name: row.excluded[name] for name in CHANGING}
    return row.on_conflict_do_update(
        index_elements=["org_id", "source_run_id", "event_id"], set_={**newer, "state": "pending", "resolved_at": None}
    )


async def _settle(work: Work, still: Sequence[str]) -> None:
    """What the scraper lists no more was delivered, or left by age."""
    gone = update(CallbackDeadLetter).where(CallbackDeadLetter.state == "pending")
    gone = gone.where(func.not_(among(CallbackDeadLetter.event_id, still)))
    await work.db.execute(
        gone.values(state="sent", resolved_at=work.now), execution_options={"synchronize_session": False}
    )
