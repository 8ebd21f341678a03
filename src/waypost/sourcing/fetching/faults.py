"""What can go wrong on the way, said where it goes wrong: nothing is ever guessed from a message (sourcing.md 4.8)."""

from datetime import datetime
from typing import ClassVar

from waypost.sourcing.wire.words import FailureType, Outcome


class Fault(Exception):
    """A run cannot go on, or a page cannot be had. The words are those of a run that ends by it."""

    failure: ClassVar[FailureType] = FailureType.UNKNOWN
    stop: ClassVar[str] = "unknown_failure"
    """`stopReason`."""
    reason: ClassVar[str | None] = None
    """`failureReason`."""
    outcome: ClassVar[Outcome] = Outcome.FAILED_UNKNOWN
    kind: ClassVar[str] = "fault"
    """What diagnostics count it under."""

    @property
    def code(self) -> str:
        """`failureCode`."""
        return f"SCRAPE_{self.stop.upper()}"

    @property
    def text(self) -> str:
        """`error`: the type in brackets, then the sentence, at most 1,000 characters."""
        return f"[{self.failure}] {self}"[:1_000]


class NotFollowable(Fault):
    """The task cannot be carried out as it stands: no address, no adapter, a recipe with faults."""

    failure, stop, outcome = FailureType.VALIDATION, "task_not_followable", Outcome.FAILED_VALIDATION


class Forbidden(Fault):
    """robots.txt does not want us there; nothing was asked."""

    failure, stop, reason = FailureType.NETWORK, "robots_disallowed", "robots_disallowed"
    outcome, kind = Outcome.BLOCKED_BY_SOURCE, "robots"


class Elsewhere(Fault):
    """An address that this source may not ask: another host, no encryption, a private network, too many redirects."""

    failure, stop, outcome = FailureType.VALIDATION, "address_refused", Outcome.FAILED_VALIDATION
    kind = "elsewhere"


class Blocked(Fault):
    """The site does not want to be read by programs: 401, 403, 451, or a page that asks whether we are human."""

    failure, stop, reason = FailureType.NETWORK, "listing_http_blocked", "source_http_blocked"
    outcome, kind = Outcome.SOURCE_HTTP_BLOCKED, "blocked"


class Resting(Fault):
    """The host asked for rest (429, 503), or we may not ask it before a certain time."""

    failure, stop = FailureType.NETWORK, "listing_http_blocked"
    reason: ClassVar[str | None] = "source_http_blocked"
    outcome, kind = Outcome.SOURCE_HTTP_BLOCKED, "resting"

    def __init__(self, text: str, until: datetime, why: str) -> None:
        self.until, self.why = until, why
        super().__init__(text)


class Capped(Resting):
    """The source's own page cap is reached; the site said nothing."""

    failure, stop, reason = FailureType.VALIDATION, "page_cap_reached", None
    outcome, kind = Outcome.FAILED_VALIDATION, "capped"


class Unreadable(Fault):
    """A page that our reader stumbles over."""

    failure, stop, outcome = FailureType.PARSE, "page_unreadable", Outcome.FAILED_PARSE
    kind = "unreadable"


class Unreachable(Fault):
    """No answer, or one that is the server's own fault (5xx)."""

    failure, stop, outcome = FailureType.NETWORK, "listing_http_failed", Outcome.FAILED_NETWORK
    kind = "unreachable"


class TooLarge(Fault):
    """More than we read of one page."""

    failure, stop, outcome = FailureType.PARSE, "page_too_large", Outcome.FAILED_PARSE
    kind = "too_large"


class Missing(Fault):
    """The listing itself is not there (404, 410, another 4xx)."""

    failure, stop, outcome = FailureType.NETWORK, "listing_http_failed", Outcome.FAILED_NETWORK
    kind = "missing"


class NoBrowser(Fault):
    """A page is drawn by scripts, and no browser can be started here."""

    failure, stop, reason = FailureType.NETWORK, "browser_bootstrap_failed", "browser_bootstrap_failed"
    outcome, kind = Outcome.BROWSER_BOOTSTRAP_FAILED, "browser"


class NotDrawn(Fault):
    """The browser could not draw the page in time."""

    failure, stop, reason = FailureType.NETWORK, "listing_navigation_failed", "browser_navigation_failed"
    outcome, kind = Outcome.BROWSER_NAVIGATION_FAILED, "browser"


class OutOfTime(Fault):
    """The task's time is over."""

    failure, stop, outcome = FailureType.TIMEOUT, "task_timed_out", Outcome.WORKER_TIMEOUT
    kind = "timeout"


class Cancelled(Exception):
    """The owner cancelled the run; what was read is delivered."""


class LeaseLost(Exception):
    """Another scraper has the run now: this one says nothing more."""
