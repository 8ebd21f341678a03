"""A run's hold on its request: every result is written under a fence, so that an overtaken run can change nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from waypost.archive.requests import queries
from waypost.archive.requests.actions import touched
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.origin import Case
from waypost.platform.errors import Retryable
from waypost.platform.jobs import Run
from waypost.platform.work import Work


class Overtaken(Retryable):
    """Another run has this request by now; what this one still wanted to write was not written."""


@dataclass(slots=True)
class Hold:
    """One run and its request as last read. Never call the outside while one of its works is open."""

    run: Run
    request: ArchiveRequest
    fence: int

    @property
    def case(self) -> Case:
        """What the origin is asked for."""
        return case_of(self.request)

    @asynccontextmanager
    async def work(self, *, finishing: bool = False) -> AsyncIterator[tuple[Work, ArchiveRequest]]:
        """A short work with the request locked; `finishing` also completes the job. Refuses with `Overtaken`."""
        async with self.run.finishing() if finishing else self.run.work() as work:
            request = await queries.by_id(work.db, self.request.id, lock=True)
            if request.fence != self.fence:
                raise Overtaken
            yield work, request
            touched(work, request)
        self.request = request

    async def check(self) -> None:
        """Before something outside is changed: is the request still ours?"""
        async with self.run.work() as work:
            request = await queries.by_id(work.db, self.request.id)
            if request.fence != self.fence:
                raise Overtaken
        self.request = request


async def hold(run: Run, request_id: UUID) -> Hold:
    """Take the request: whoever held it before is overtaken."""
    async with run.work() as work:
        request = await queries.by_id(work.db, request_id, lock=True)
        request.fence, request.tries = request.fence + 1, request.tries + 1
    return Hold(run, request, request.fence)


def case_of(request: ArchiveRequest) -> Case:
    """The case as its origin knows it."""
    known = {"delivery_id": request.delivery_id, "wire_request_id": request.wire_request_id}
    hints = {**request.hints, **{name: value for name, value in known.items() if value}}
    return Case(
        request.mark_id or request.id, request.kind, request.source, request.ref, forced=request.forced, hints=hints
    )
