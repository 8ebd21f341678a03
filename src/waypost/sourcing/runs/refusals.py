"""What runs refuse, each with the machine code that its documented door promises (sourcing.md 1.0, 1.2, 1.3, 2.9)."""

from waypost.platform.errors import Conflict, Invalid, NotFound, TooMany, Unavailable


class ProfileNotReady(NotFound):
    """This search profile does not exist, or is not ready yet."""

    code = "CAREER_PROFILE_NOT_READY"


class SourceWaits(Invalid):
    """This source rests after failures: runs by the clock wait, runs by hand do not."""

    status = 400
    code = "SOURCE_PAUSED"


class SourceClosed(Invalid):
    """This source is not enabled, or was stopped: somebody must say first why it may be asked."""

    status = 400
    code = "SOURCE_DISABLED"


class UnknownSource(Invalid):
    """There is no source of this name."""

    status = 400
    code = "UNKNOWN_SOURCE"


class TooManyAtOnce(TooMany):
    """You have as many runs going as you may; wait for one, or cancel it."""

    code = "ACTIVE_RUN_LIMIT"


class TooManyToday(TooMany):
    """You have started as many runs within 24 hours as you may; wait until the oldest is a day old."""

    code = "DAILY_LIMIT"


class AskedTwice(TooMany):
    """The same was asked for a moment ago: look at the run it began, or ask again in half a minute."""

    code = "DUPLICATE_INTENT"


class KeyOfAnother(Conflict):
    """This Idempotency-Key belongs to another wish; take a new one."""

    code = "IDEMPOTENCY_KEY_REUSED"


class ListingUnresolved(Invalid):
    """No address to look at: name one, or filters that this source understands."""

    status = 400
    code = "LISTING_URL_UNRESOLVED"


class AddressNotAllowed(Invalid):
    """This address does not belong to the source; take one on its hosts, or set up a source for it."""

    status = 400
    code = "LISTING_URL_NOT_ALLOWED"


class NoScraper(Unavailable):
    """No scraper is set up here: its operator sets WORKER_TASK_URL and starts Waypost again."""

    code = "WORKER_NOT_CONFIGURED"


class TaskTooLarge(Invalid):
    """This task is larger than a scraper takes; choose fewer filters."""

    status = 400
    code = "PAYLOAD_TOO_LARGE"


class NotFailed(Invalid):
    """Only a run that failed can be retried; start a new one."""

    status = 400
    code = "RUN_NOT_FAILED"


class RetriedTooOften(Invalid):
    """This run was retried as often as it may be; start a new one."""

    status = 400
    code = "RETRY_CHAIN_TOO_DEEP"


class AlreadyEnded(Conflict):
    """This run has come to its end; nothing of it can be stopped any more."""

    code = "RUN_ALREADY_FINALIZED"
