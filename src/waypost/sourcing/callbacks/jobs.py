"""What follows from callbacks: offers that could not be put into a notebook at once."""

from waypost.platform.jobs.declare import on
from waypost.platform.jobs.run import Run as JobRun
from waypost.sourcing.callbacks.ingesting import link_again
from waypost.sourcing.callbacks.models import LinkDeferred
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.offers.queries import ids_of_run
from waypost.sourcing.runs.queries import by_id


@on(LinkDeferred, type="run_offers_link", one_per="run_id")
async def link_offers_later(job: JobRun, fact: LinkDeferred) -> None:
    """Put a run's offers into its person's notebook; those that are there stay as they are."""
    async with job.finishing() as work:
        run = await by_id(work.db, fact.run_id, for_update=True)
        scores = job.of(NotebookTerms).score_on_ingest
        await link_again(work, run, await ids_of_run(work.db, run.id), scores=scores)
