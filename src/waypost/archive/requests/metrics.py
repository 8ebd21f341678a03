"""Figures of the archive: the documented names, and each once more with our prefix and wider buckets."""

from prometheus_client import Counter, Histogram

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 900)


class Twin:
    """A counter under its documented name and under ours."""

    def __init__(self, name: str, words: str, labels: tuple[str, ...] = ()) -> None:
        self._all = [Counter(name, words, labels), Counter(f"waypost_archive_{name}", words, labels)]
        self._labelled = bool(labels)

    def inc(self, *labels: str) -> None:
        """Count one."""
        for each in self._all:
            (each.labels(*labels) if self._labelled else each).inc()


class Took:
    """A histogram under its documented name (default buckets) and under ours."""

    def __init__(self, name: str, words: str) -> None:
        self._all = [Histogram(name, words), Histogram(f"waypost_archive_{name}", words, buckets=_BUCKETS)]

    def observe(self, seconds: float) -> None:
        """One more."""
        for each in self._all:
            each.observe(seconds)


PROCESSED = Twin("processed_total", "Cases archived")
FAILED = Twin("failed_total", "Requests that failed for good or used up their tries")
SKIPPED = Twin("skipped_total", "Wishes that were not carried out", ("reason",))
RENDER = Took("render_seconds", "Making the pages of one case")
SIGN = Took("sign_seconds", "Signing the volumes of one case")
TOTAL = Took("total_seconds", "From the start of a run to its files in place")
ENQUEUED = Twin("queue_enqueued_total", "Requests written down")
QUEUE_PROCESSED = Twin("queue_processed_total", "Runs that came to an end")
RETRIED = Twin("queue_retried_total", "Tries that failed and are repeated")
QUEUE_FAILED = Twin("queue_failed_total", "Runs that failed for good")
DEAD = Twin("queue_dlq_total", "Runs that became dead letters")
