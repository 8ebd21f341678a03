"""By the clock: what a worker of another time, or of another archiver, left behind is found and brought to its end."""

from waypost.archive.intake.repairing import mend_all
from waypost.archive.sources import queries
from waypost.archive.sources.opening import Zammads
from waypost.platform import jobs
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Run
from waypost.platform.observe.logs import line

log = line("waypost.archive.intake")


@jobs.every("*/15 * * * *", type="archive_repair", queue="archive")
async def repair_tags(run: Run) -> None:
    """Adopt stale `pdf:processing`; a source that does not answer is looked at the next time."""
    async with run.work() as work:
        sources = await queries.to_compare(work.db)
    for source in sources:
        try:
            async with run.of(Zammads).open(source) as zammad:
                mended = await mend_all(run.work, source, zammad)
        except Refusal as trouble:
            log.warning("archive.repair.source_silent", trouble=trouble.kind())
        else:
            for one in mended:
                log.info("archive.repaired", ticket_id=one.ref, did=one.did)
