"""The first two steps of a run: ask at the gate, and read the case."""

from dataclasses import asdict, replace
from hashlib import sha256
from uuid import UUID

from waypost.archive.places.placement import Placing
from waypost.archive.places.shelf import Shelf
from waypost.archive.requests import blobs, queries
from waypost.archive.requests.actions import settle_soon
from waypost.archive.requests.content import content_sha256
from waypost.archive.requests.ending import skip
from waypost.archive.requests.excerpt import audit_excerpt
from waypost.archive.requests.forgetting.actions import note_people
from waypost.archive.requests.holding import Hold
from waypost.archive.requests.models import State
from waypost.archive.requests.origin import Gathered, Origins, Skipped
from waypost.archive.requests.participants import spoken_by
from waypost.archive.sealing.canonical import snapshot_bytes

UNTOLD = Skipped("already_archived", "It is kept already; its origin is told once more.")
UNCHANGED = Skipped("already_archived", "Nothing was said since it was kept.")


async def begin(hold: Hold) -> bool:
    """Ask our own records, then the origin, whether the case is to be kept; mark it. False: it is not, and that is it.

    A forced request passes, and a repetition passed already. Looking again after a crash is harmless: the origin
    knows its own mark.
    """
    if hold.request.begun_at is not None:
        return True
    if hold.request.follows is None:
        async with hold.work() as (work, request):
            request.reading_at, request.again = work.now, False
        if await _untold(hold):
            return await skip(hold, UNTOLD)
    origin = hold.run.of(Origins).of(hold.request.kind)
    skipped = await origin.begin(hold.run, hold.case)
    if skipped is not None:
        return await skip(hold, skipped)
    async with hold.work() as (work, request):
        request.begun_at, request.state = work.now, State.RUNNING
    return True


async def gather(hold: Hold) -> bool:
    """Read all of it; safe before anything refers to it. False: it is a repetition, and nothing has changed."""
    if hold.request.snapshot_key is not None:
        return True
    async with hold.work() as (work, request):
        request.reading_at, request.again = work.now, False
        audit = await audit_excerpt(work, request)
    gathered = await hold.run.of(Origins).of(hold.request.kind).gather(hold.run, hold.case)
    _check_path(hold, gathered.placing)
    if await _unchanged(hold, content_sha256(gathered.snapshot)):
        return await skip(hold, UNCHANGED)
    await _keep(hold, replace(gathered, snapshot=replace(gathered.snapshot, audit=audit)))
    return True


async def _keep(hold: Hold, gathered: Gathered) -> None:
    data = snapshot_bytes(gathered.snapshot)
    (ref,) = await blobs.put_aside(hold.run, hold.request.id, [data])
    async with hold.work() as (work, request):
        await blobs.name(work, [ref])
        request.snapshot_key, request.snapshot_sha256 = ref.storage_key, sha256(data).hexdigest()
        request.content_sha256 = content_sha256(gathered.snapshot)
        request.number = gathered.snapshot.subject.number
        request.placing, request.blobs = asdict(gathered.placing), dict(gathered.blobs)
        request.state = State.RUNNING
        await note_people(work, request, spoken_by(gathered.snapshot))


async def _untold(hold: Hold) -> bool:
    """A case that is kept, and whose origin does not know yet, is not kept once more: its origin is told again."""
    if hold.request.forced:
        return False
    async with hold.run.work() as work:
        past = await queries.kept_before(work.db, hold.request)
        if past is None or not past.settle_due:
            return False
        settle_soon(work, past)
    return True


async def _unchanged(hold: Hold, content: str) -> bool:
    """Whether a repetition would keep what its predecessor has kept."""
    if hold.request.follows is None or hold.request.forced:
        return False
    async with hold.run.work() as work:
        past = await queries.by_id(work.db, hold.request.follows)
    return past.content_sha256 == content


def _check_path(hold: Hold, placing: Placing) -> None:
    """Refuse a path that cannot be used before anything is made for it."""
    hold.run.of(Shelf).plan(placing, moment=hold.run.now, version=1, record_id=UUID(int=0))
