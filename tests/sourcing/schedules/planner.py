"""A person who plans runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select

from tests.cast import Player
from tests.fixtures import Product
from tests.sourcing.one_job import OneJob
from waypost.platform.access import MACHINE
from waypost.platform.db import Base
from waypost.sourcing.runs.models import Run
from waypost.sourcing.schedules.jobs import trigger_due_schedules
from waypost.sourcing.schedules.models import ScheduleEvent, ScrapeSchedule
from waypost.sourcing.sources.models import KeptSource

CLOCK = "the token of an outside clock"
BASE, NAMED = "/api/job-sources/schedule", "/sourcing/schedules"
Json = dict[str, Any]
FILTERS = {"keywords": "welder"}


@dataclass(slots=True)
class Planner:
    """Asks as one person, and looks behind."""

    product: Product
    who: Player

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """As a program would."""
        async with self.product.visit(self.who) as client:
            return await client.request(method, path, json=body, headers=headers)

    async def told(self, method: str, path: str, body: object = None) -> Json:
        """The answer, which must be a success."""
        answer = await self.ask(method, path, body)
        assert answer.is_success, answer.text
        found: Json = answer.json()
        return found

    async def add(self, name: str = "Welders", **said: Any) -> UUID:
        """A schedule of this person's."""
        plan = {"name": name, "filters": FILTERS, **said}
        return UUID((await self.told("POST", NAMED, plan))["id"])

    async def overdue(self, minutes: int = 1) -> None:
        """All schedules of the organisation have come round."""
        async with self.product.house.works.open(self.who.org_id, MACHINE) as work:
            for one in await work.db.scalars(select(ScrapeSchedule).where(ScrapeSchedule.enabled)):
                one.next_run_at = work.now - timedelta(minutes=minutes)

    async def minute(self) -> None:
        """The worker's clock strikes."""
        await trigger_due_schedules(OneJob(self.product.house, self.who.org_id))

    async def rows(self, model: type[Base], *where: Any) -> Sequence[Any]:
        """Rows of the organisation's."""
        async with self.product.house.works.open(self.who.org_id, MACHINE, reads=True) as work:
            return (await work.db.scalars(select(model).where(*where))).all()

    async def one(self) -> ScrapeSchedule:
        """The only schedule."""
        found: ScrapeSchedule
        (found,) = await self.rows(ScrapeSchedule)
        return found

    async def runs(self) -> Sequence[Run]:
        """All runs."""
        return await self.rows(Run)

    async def events(self) -> list[str]:
        """What happened, in order."""
        found = await self.rows(ScheduleEvent)
        return [each.event_type for each in sorted(found, key=lambda each: each.id)]


async def enable(product: Product, org: UUID) -> None:
    """The IT board may be asked."""
    async with product.house.works.open(org, MACHINE) as work:
        row = {"key": "pracuj-pl-it", "name": "Board", "adapter": "pracuj", "hosts": ["it.pracuj.pl"]}
        stamps = {
            "created_at": work.now,
            "updated_at": work.now,
            "is_enabled": True,
            "permission_note": "They said yes.",
        }
        work.db.add(KeptSource(**row, **stamps))
