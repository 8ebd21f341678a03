"""What a heartbeat's answer gives a scraper: leave to ask hosts, from the timeline that all share (ADR 0029)."""

from collections.abc import Sequence

from waypost.platform.work import Work
from waypost.sourcing.callbacks.callback import moment_or
from waypost.sourcing.fetching.addressing import belongs
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources.queries import known
from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Budget


async def granted(work: Work, run: Run, news: Sequence[HostNews], *, resting: bool) -> tuple[Budget, ...]:
    """Write down what was learnt of hosts, and give what is asked for; nothing for hosts that are not the source's.

    `resting`: the task waits in a queue, or is over: a grant would only lapse. Neither is there any of a source that
    somebody removed meanwhile.
    """
    source = await known(work.db, run.source_slug) if news else None
    if source is None:
        return ()
    of_source = sorted((each for each in news if belongs(each.host, source.hosts)), key=lambda each: each.host)
    for each in of_source:
        if each.crawl_delay_ms is not None:
            await budgets.pace_of(work.db, each.host, each.crawl_delay_ms, now=work.now)
        if each.closed_until is not None:
            until = moment_or(each.closed_until, work.now)
            await budgets.close_host(work.db, each.host, until, each.reason, now=work.now)
    await budgets.note_pages(work.db, source.key, sum(each.asked for each in of_source), now=work.now)
    wanted = {each.host: each.wanted for each in of_source if each.wanted}
    return () if resting or not wanted else await budgets.grant_for(work.db, source, wanted, now=work.now)
