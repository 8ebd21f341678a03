"""Once a minute the scraper is asked how it is and what it could not deliver."""

from waypost.platform.errors import Refusal
from waypost.platform.jobs.declare import every
from waypost.platform.jobs.run import Run
from waypost.sourcing.watching.letters.actions import keep_copies, note_look
from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.looking import look


@every("* * * * *", queue="sourcing.watching")
async def sourcing_look_at_scraper(run: Run) -> None:
    """The far side is asked first, and written down afterwards; a silent scraper is noted, not retried."""
    line = run.of(ScraperLine)
    if line.base is None:
        return
    try:
        seen = await look(line)
    except Refusal as refusal:
        async with run.finishing() as work:
            await note_look(work, None, refusal.detail)
        return
    async with run.finishing() as work:
        await keep_copies(work, seen.entries, complete=seen.is_complete)
        await note_look(work, seen.health)
