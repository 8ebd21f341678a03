"""What a handler holds while it runs: short works, and the one that also completes the job."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from waypost.platform.parts import Part
from waypost.platform.work import Work


class Run(Protocol):
    """One attempt at one job (or one batch of them). Never call the outside while one of its works is open."""

    @property
    def org(self) -> UUID:
        """The organisation the job belongs to."""
        ...

    @property
    def job_ids(self) -> list[UUID]:
        """The job's id; several when the handler takes batches."""
        ...

    @property
    def attempt(self) -> int:
        """1 at the first try."""
        ...

    @property
    def now(self) -> datetime:
        """The runner's clock."""
        ...

    def of(self, kind: type[Part]) -> Part:
        """A part this process was put together from (`run.of(Blobs)`)."""
        ...

    def work(self) -> AbstractAsyncContextManager[Work]:
        """A short transaction of its own; it stands even when a later step of the handler fails."""
        ...

    def finishing(self) -> AbstractAsyncContextManager[Work]:
        """The transaction that also completes the job: effects and completion stand or fall together.

        Raises when the lease was lost meanwhile, so that nothing is done twice. A handler that never calls it is
        completed afterwards, in a batch.
        """
        ...


class Later(Exception):
    """Raise it to say "not yet": the job is queued again after `delay`.

    The attempt is not counted, and attempts that failed before it are forgotten: a job that looks again and again for
    ever does not die of one bad day a month.
    """

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay
