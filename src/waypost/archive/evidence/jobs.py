"""The log's clocks: a checkpoint when it grew, a token when one is due, and every night each entry computed anew."""

from datetime import timedelta

from waypost.archive.evidence.actions import note_waiting, note_walk
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.metrics import FINDINGS
from waypost.archive.evidence.models import WalkAsked
from waypost.archive.evidence.timing import Pace, prove
from waypost.archive.evidence.walking import Besides, Walk
from waypost.archive.signing.authority import Authorities
from waypost.platform import jobs
from waypost.platform.observe.logs import line

LONG = timedelta(hours=6)

_log = line("waypost.evidence")


@jobs.every("* * * * *", type="evidence_checkpoint", queue="evidence")
async def sign_checkpoint(run: jobs.Run) -> None:
    """Compare with the outside, and sign what grew."""
    await run.of(Keeper).checkpoint(run.org, run.work)


@jobs.every("* * * * *", type="evidence_time_proof", queue="evidence")
async def prove_time(run: jobs.Run) -> None:
    """Ask an authority when enough waits."""
    if run.of(Authorities).enabled:
        await prove(run.work, run.of(Authorities), run.of(Pace))
        return
    async with run.work() as work:
        await note_waiting(work, None)


@jobs.every("23 2 * * *", type="evidence_walk", queue="evidence", timeout=LONG)
async def walk_log(run: jobs.Run) -> None:
    """Every night."""
    await _walk(run)


@jobs.on(WalkAsked, type="evidence_walk_asked", queue="evidence", timeout=LONG, one_per="log")
async def walk_asked(run: jobs.Run, _fact: WalkAsked) -> None:
    """When somebody asks; once, however many ask."""
    await _walk(run)


async def _walk(run: jobs.Run) -> None:
    """Compute every entry anew; what is found is written down, shown and counted until it is gone."""
    keeper = run.of(Keeper)
    await keeper.checkpoint(run.org, run.work)
    walk = Walk(run.org, keeper, run.of(Besides))
    found = await walk.over(run.work)
    for one in found:
        FINDINGS.labels(one.what).inc()
        _log.error("evidence.found", what=one.what, where=one.where)
    async with run.finishing() as work:
        await note_walk(work, walk.edge.size, [one.said() for one in found])
