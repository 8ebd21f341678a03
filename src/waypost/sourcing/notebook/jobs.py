"""What follows for notebooks: scores after a profile changed, and a word when a follow-up is due."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.sourcing.notebook import queries
from waypost.sourcing.notebook.actions import remind, rescore
from waypost.sourcing.notebook.figures import REMINDERS
from waypost.sourcing.notebook.profiles import queries as profiles
from waypost.sourcing.notebook.profiles.models import ProfileChanged, ProfileState

BATCH = 200
REMINDED = 500
"""Follow-ups that are said to be due in one go; the rest a minute later."""


@jobs.on(ProfileChanged, type="offers_rescore", queue="sourcing", one_per="profile_id", priority=5)
async def score_again(run: Run, fact: ProfileChanged) -> None:
    """Everything that its change concerns, batch after batch; a second run begins anew and comes to the same.

    A change that comes in meanwhile makes no job of its own, so the walk is repeated until it saw one revision only.
    """
    while len(await _walk(run, fact)) > 1:
        pass


async def _walk(run: Run, fact: ProfileChanged) -> set[int]:
    """Once through all of them; gives the revisions that were met on the way."""
    after, revisions, more = None, set(), True
    while more:
        async with run.work() as work:
            row = await profiles.plain(work.db, fact.profile_id)
            if row is None:
                return set()
            revisions.add(row.revision)
            links = await queries.to_rescore(work.db, row, after, BATCH)
            instead = row.id if row.state == ProfileState.READY else None
            await rescore(work, links, await queries.profile_ready(work.db, row.user_id, instead))
        more = len(links) == BATCH
        after = links[-1].id if links else None
    return revisions


@jobs.every("* * * * *", type=REMINDERS, queue="sourcing")
async def say_what_is_due(run: Run) -> None:
    """Follow-ups whose time has come, each once."""
    async with run.finishing() as work:
        await remind(work, REMINDED)
