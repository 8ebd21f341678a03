"""The room of operations: its doors on the real shell, jobs that died, and a worker that walks a replay's steps."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.cast import Cast, cast
from tests.platform.identity.small_app import client_of
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told
from waypost.console.operations import api, pages
from waypost.console.operations.corrections import api as corrections_api
from waypost.console.operations.corrections import pages as corrections_pages
from waypost.console.operations.runbooks import Runbooks
from waypost.console.operations.selections import api as selections_api
from waypost.console.operations.selections import jobs as selections_jobs
from waypost.console.operations.selections import pages as selections_pages
from waypost.console.operations.selections.models import SelectionReplayAsked
from waypost.console.overview import api as overview_api
from waypost.console.overview import pages as overview_pages
from waypost.platform import jobs
from waypost.platform.errors import Conflict
from waypost.platform.parts import Parts
from waypost.platform.web.app import Shell, build
from waypost.platform.web.settings import WebSettings

__all__ = ["browser", "cast", "dead", "steps"]

FEATURES = (
    *(api.api, pages.pages, selections_api.api, selections_pages.pages, corrections_api.api, corrections_pages.pages),
    *(overview_api.api, overview_pages.pages),
)


class Hopeless(Conflict):
    """This cannot be done."""


async def hopeless(run: jobs.Run, fact: Told) -> None:
    """Fails for good."""
    raise Hopeless


async def fine(run: jobs.Run, fact: Told) -> None:
    """Mended."""


def declare(handler: Any = hopeless, **options: Any) -> None:
    """Declare what happens to a told fact, in place of what was declared."""
    jobs.declared().pop("hopeless", None)
    jobs.on(Told, type="hopeless", **({"one_per": "n"} | options))(handler)


@pytest.fixture
async def browser(cast: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """The doors of operations."""
    settings = WebSettings(rate_limit=0, rate_limit_session=0)
    shell = Shell(
        works=cast.desk.works,
        resolve_caller=cast.desk.resolve,
        features=FEATURES,
        settings=settings,
        csrf=cast.desk.csrf(settings.origins),
        parts=Parts(cast.desk, Runbooks("https://wiki.acme.example/waypost/")),
    )
    async with client_of(build(shell)) as client:
        yield client


@pytest.fixture
async def dead(queue: Queue, make_runner: MakeRunner, cast: Cast, clock: Hand) -> list[Any]:
    """Three dead jobs in Acme, the first one oldest; one in Globex."""
    declare()
    for n in range(3):
        await queue.tell(Told(n))
        await make_runner(queues=("default",)).work_off()
        clock.forward(seconds=1)
    await queue.tell(Told(9), org=cast.mallory.org_id)
    await make_runner(queues=("default",)).work_off()
    return await queue.rows("id", f"org_id = '{queue.orgs.acme}'")


@dataclass(frozen=True, slots=True)
class Steps:
    """A selection by the doors of programs, walked step by step."""

    client: httpx2.AsyncClient
    headers: dict[str, str]
    make_runner: MakeRunner
    clock: Hand

    async def freeze(self, **filters: str) -> dict[str, Any]:
        """A new selection."""
        made = await self.client.post("/ops/jobs/selections", headers=self.headers, json=filters)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def ask(self, selection: dict[str, Any], act: str = "replay", **wish: Any) -> httpx2.Response:
        """Have it done, for good unless the wish says otherwise."""
        wish = ({"dry_run": False} if act == "replay" else {}) | wish
        return await self.client.post(f"/ops/jobs/selections/{selection['id']}/{act}", headers=self.headers, json=wish)

    async def walk(self, selection: dict[str, Any], steps: int) -> list[dict[str, Any]]:
        """How it stands after each of so many steps, two seconds apart."""
        seen = []
        for _ in range(steps):
            await self.make_runner().work_off()
            self.clock.forward(seconds=2)
            answer = await self.client.get(f"/ops/jobs/selections/{selection['id']}", headers=self.headers)
            seen.append(answer.json())
        return seen


@pytest.fixture
def steps(browser: httpx2.AsyncClient, cast: Cast, make_runner: MakeRunner, clock: Hand) -> Steps:
    """Alice's."""
    replay_step = selections_jobs.replay_step
    jobs.on(SelectionReplayAsked, type="jobs_replay_selection", queue="operations")(replay_step)
    return Steps(browser, cast.alice.headers, make_runner, clock)
