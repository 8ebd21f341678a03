"""Leave for a try: from the hosts' shared timeline, in short works of its own, so that a try is never an exception."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from waypost.platform.work import Work
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources.models import Source
from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Budget

OpenWork = Callable[[], AbstractAsyncContextManager[Work]]


@dataclass(slots=True)
class SharedLeave:
    """Grants within the source's hours, cap and kill switch. A source need not be enabled to be tried."""

    open_work: OpenWork
    source: Source
    asked: list[HostNews] = field(default_factory=list)

    async def more(self, news: HostNews) -> Sequence[Budget]:
        """What was learnt is written down; what is wanted is granted as far as others left some."""
        self.asked.append(news)
        tried = replace(self.source, enabled=True)
        async with self.open_work() as work:
            await budgets.note_pages(work.db, self.source.key, news.asked, now=work.now)
            if news.crawl_delay_ms is not None:
                await budgets.pace_of(work.db, news.host, news.crawl_delay_ms, now=work.now)
            if news.closed_until:
                until = datetime.fromisoformat(news.closed_until)
                await budgets.close_host(work.db, news.host, until, news.reason, now=work.now)
            if not news.wanted:
                return ()
            return await budgets.grant_for(work.db, tried, {news.host: news.wanted}, now=work.now)
