"""Leave from a timeline of one's own: where no API gives any (`scrape once`, a preview of pasted pages, tests)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Budget

USUAL_INTERVAL_MS = 2_000
MOST_SLOTS = 30


@dataclass(slots=True)
class OwnLeave:
    """One request per interval and host; closed hosts stay closed. Safe for several visitors of one process."""

    clock: Callable[[], datetime]
    interval_ms: int = USUAL_INTERVAL_MS
    free_at: dict[str, datetime] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)
    asked: list[HostNews] = field(default_factory=list)

    async def more(self, news: HostNews) -> Sequence[Budget]:
        """The next stretch, at most a minute long."""
        self.asked.append(news)
        interval = max(self.interval_ms, news.crawl_delay_ms or 0)
        now, step = self.clock(), timedelta(milliseconds=interval)
        if news.closed_until:
            self.closed[news.host] = datetime.fromisoformat(news.closed_until)
        shut = self.closed.get(news.host)
        if shut and shut > now:
            return (Budget(host=news.host, first_at=now, interval_ms=interval, slots=0, closed_until=shut),)
        first = max(now, self.free_at.get(news.host, now))
        minute = int(timedelta(seconds=60) / step) if step else MOST_SLOTS
        slots = max(0, min(news.wanted, MOST_SLOTS, minute or 1))
        self.free_at[news.host] = first + slots * step
        return (Budget(host=news.host, first_at=first, interval_ms=interval, slots=slots),)
