"""Offers of a callback go into the catalogue, then into the notebook of the run's person, which may wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.platform.observe.faults import described
from waypost.platform.observe.logs import line
from waypost.platform.work import Work
from waypost.sourcing.callbacks.callback import Callback
from waypost.sourcing.callbacks.checking import usable
from waypost.sourcing.callbacks.metrics import DEFERRED
from waypost.sourcing.callbacks.models import LinkDeferred
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.notebook.queries import profile_ready
from waypost.sourcing.offers.actions import join_cached, observe
from waypost.sourcing.offers.queries import count_of_run, ids_of_run
from waypost.sourcing.runs.ending import Said, tell
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import merge_progress
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.words import RunState

log = line("waypost.sourcing.callbacks")
ORIGIN = "SCRAPE"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one callback brings."""

    offers: tuple[Offer, ...] = ()
    cached: tuple[str, ...] = ()
    via: str = "detail"
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: ids of offers of this run, how many are new to the catalogue, how many the run has now."""

    ids: tuple[UUID, ...] = ()
    inserted: int = 0
    of_run: int = 0
    held: tuple[UUID, ...] = ()
    """Every offer of the run, where that was asked for."""

    @property
    def number(self) -> int:
        """Offers that this callback brought."""
        return len(self.ids)


async def take_in(work: Work, run: Run, chunk: Chunk, *, at_end: bool = False) -> Taken:
    """Keep the offers under the run's own source; a fixed number of statements for any number of them. `at_end` asks
    which ones the run has, else they are counted."""
    offers, ids, inserted = usable(chunk.offers), list[UUID](), 0
    if offers:
        seen = await observe(
            work,
            run.source_slug,
            offers,
            run_id=run.id,
            via=chunk.via,
            relaxed=chunk.relaxed,
            matched=_linkable(run),
        )
        ids, inserted = list(seen.offer_ids), seen.inserted
    if chunk.cached:
        ids += await join_cached(work, run.id, chunk.cached, run.source_slug)
    held = tuple(await ids_of_run(work.db, run.id)) if at_end else ()
    of_run = len(held) if at_end else await count_of_run(work.db, run.id)
    return Taken(tuple(dict.fromkeys(ids)), inserted, of_run, held)


@dataclass(frozen=True, slots=True)
class Linking:
    """What became of the person's notebook; `state` is `completed`, `deferred` or `skipped`. `progress` and `said` are
    its caller's to write down, together with what else happened."""

    state: str
    linked: int = 0
    progress: dict[str, Any] = field(default_factory=dict)
    said: tuple[Said, ...] = ()

    @property
    def deferred(self) -> bool:
        """Whether it is to be done later."""
        return self.state == "deferred"


async def link_offers(work: Work, run: Run, ids: Sequence[UUID], callback: Callback) -> Linking:
    """Link as best effort: what fails here undoes itself alone, is told in the run's log, and is repeated by a job."""
    if not ids or run.user_id is None or run.status == RunState.CANCELLED:
        return Linking("skipped")
    before = len(work.told)
    try:
        async with work.db.begin_nested():
            linked = await _linked(work, run, run.user_id, ids, scores=callback.scores)
    except Exception as error:
        del work.told[before:]
        log.warning("callback.link_deferred", source_run_id=str(run.id), fault=described(error))
        return _deferred(work, run, callback.request_id)
    return Linking("completed", linked, _matching(work, "completed") | _inserted(run, linked))


async def write_down(work: Work, run: Run, linking: Linking) -> None:
    """For who has nothing else to say of the run."""
    if linking.progress:
        await merge_progress(work.db, run.id, linking.progress)
    await tell(work, run, linking.said)


def _linkable(run: Run) -> bool:
    """Somebody wished for it, and did not take the wish back."""
    return run.user_id is not None and run.status != RunState.CANCELLED


async def link_again(work: Work, run: Run, ids: Sequence[UUID], *, scores: bool) -> int:
    """The same without mercy, for a job that is tried again; gives how many are new in the notebook."""
    if not ids or run.user_id is None or run.status == RunState.CANCELLED:
        return 0
    linked = await _linked(work, run, run.user_id, ids, scores=scores)
    await merge_progress(work.db, run.id, _matching(work, "completed") | _inserted(run, linked))
    await note(work, run, "user_link_completed", meta={"linked": linked, "offers": len(ids)})
    return linked


async def _linked(work: Work, run: Run, person: UUID, ids: Sequence[UUID], *, scores: bool) -> int:
    profile = await profile_ready(work.db, person, run.career_profile_id) if scores else None
    found = await link(work, person, ids, run_id=run.id, origin=ORIGIN, profile=profile)
    return found.linked


def _deferred(work: Work, run: Run, request_id: str | None) -> Linking:
    DEFERRED.inc()
    work.tell(LinkDeferred(run.id))
    said = Said(
        event_type="user_link_failed",
        severity="warning",
        code="USER_LINK_DEFERRED",
        message="The offers are kept; they will be put into the notebook later.",
        request_id=request_id,
    )
    progress = _matching(work, "deferred") | {"matchingLastError": "USER_LINK_DEFERRED"}
    return Linking("deferred", progress=progress, said=(said,))


def _inserted(run: Run, linked: int) -> dict[str, Any]:
    """All that are new in the notebook by this run: a link that stands is new to nobody, so repetitions add nothing."""
    return {"userInsertedOffers": run.progress.get("userInsertedOffers", 0) + linked}


def _matching(work: Work, state: str) -> dict[str, Any]:
    return {"matchingState": state, "matchingUpdatedAt": work.now.isoformat()}
