"""How a source is doing, as jobs find it: whose account it is, success, trouble."""

from collections.abc import Sequence
from uuid import UUID

from waypost.archive.sources import queries
from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.zammad.client import Found
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Run
from waypost.platform.work import Work


async def own_account(run: Run, zammads: Zammads, source: Source) -> str | None:
    """Id of the account behind the token, asked once and remembered."""
    async with zammads.open(source) as zammad:
        own = (await zammad.me()).id
    async with run.work() as work:
        (await queries.by_id(work.db, source.id, lock=True)).own_id = own
    return own


async def went_well(work: Work, source_id: UUID) -> None:
    """It answered as it should."""
    source = await queries.by_id(work.db, source_id, lock=True)
    source.last_ok_at, source.trouble, source.last_error = work.now, None, None


async def went_badly(work: Work, source_id: UUID, trouble: Refusal) -> None:
    """Write down what is wrong."""
    source = await queries.by_id(work.db, source_id, lock=True)
    source.trouble, source.last_error = trouble.kind(), trouble.detail


async def moved_on(work: Work, source_id: UUID, page: Sequence[Found]) -> None:
    """What changed up to the end of this page is written down; the cursor never goes back."""
    source = await queries.by_id(work.db, source_id, lock=True)
    changed = [each.updated_at for each in page if each.updated_at]
    before = [source.closed_cursor] if source.closed_cursor else []
    source.closed_cursor = max([*changed, *before], default=None)


async def walked_to(work: Work, source_id: UUID, page: int) -> None:
    """How far the walk has come."""
    (await queries.by_id(work.db, source_id, lock=True)).walked_page = page


async def looked_at(work: Work, source_id: UUID, own_id: str | None, trouble: Refusal | None) -> Source:
    """Somebody tried it out."""
    source = await queries.by_id(work.db, source_id, lock=True)
    source.own_id = own_id or source.own_id
    if trouble is None:
        source.last_ok_at, source.trouble, source.last_error = work.now, None, None
    else:
        source.trouble, source.last_error = trouble.kind(), trouble.detail
    return source
