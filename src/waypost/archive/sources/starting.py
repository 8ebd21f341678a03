"""At start: the source that the environment describes is found or made, like the organisation it belongs to."""

from waypost.archive.sources import queries
from waypost.archive.sources.actions import pause, resume, stand_default
from waypost.archive.sources.models import DEFAULT
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.settings import SourceSettings
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.identity.founding import find_or_make
from waypost.platform.work import Works


async def stand_sources(works: Works, zammads: Zammads, settings: SourceSettings, default_org: str) -> None:
    """Bring the row of the source `default` to what the settings say; one that they name no more rests."""
    described = settings.described()
    if described is None:
        return await _rest(works, default_org)
    org, _ = await find_or_make(works, default_org)
    async with works.open(org, MACHINE) as work:
        source = await stand_default(work, zammads.vault, described, settings.secrets())
        if source.last_error == GONE:
            await resume(work, source.id)


GONE = "The installation's settings name no Zammad any more."


async def _rest(works: Works, default_org: str) -> None:
    async with lookups.catalogue(works.shards) as db:
        org = await lookups.organisation_named(db, default_org)
    if org is None:
        return
    async with works.open(org, MACHINE) as work:
        try:
            source = await queries.by_key(work.db, DEFAULT)
        except queries.NoSuchSource:
            return
        if source.paused_at is None:
            (await pause(work, source.id)).last_error = GONE
