"""What the sample company seeks: a source, a profile, and a first run that the scraper finds waiting."""

import os
from typing import Any
from uuid import UUID

from waypost.cli.sample_board import HOST, NAME, WHERE
from waypost.cli.smoking.board import recipe
from waypost.main.house import House
from waypost.platform.access import Actor, ActorKind, Role, keys_of
from waypost.platform.identity import lookups
from waypost.sourcing.notebook.profiles import actions as profiles
from waypost.sourcing.notebook.profiles.typed import Stated
from waypost.sourcing.runs.actions import enqueue
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.sources import actions as sources
from waypost.sourcing.sources import queries
from waypost.sourcing.sources.typed import TypedSource

WANTED = 20
PROFILE: dict[str, Any] = {
    "name": "Colleagues for the workshop",
    "keywords": ["heating", "customers", "electric", "garden"],
    "roles": ["technician", "planner", "engineer"],
    "competencies": [{"name": "English", "weight": "high"}, {"name": "Excel", "weight": "medium"}],
}


async def advertise(house: House, org: UUID, owner: str) -> None:
    """A source, a profile and a first run; started again, only the board's address may be new."""
    base = os.environ.get(WHERE)
    async with lookups.catalogue(house.shards) as db:
        login = await lookups.login(db, owner)
    if not base or login is None:
        return
    actor = Actor(ActorKind.PERSON, login.id, keys_of(Role.OWNER))
    async with house.works.open(org, actor) as work:
        known = next((one for one in await queries.listed(work.db) if one.name == NAME), None)
        if known is None:
            source = await sources.add(work, _columns(base))
            await sources.permit(work, source.key, "Our own board: it may be read as often as we like.")
            source = await sources.enable(work, source.key)
            await profiles.write(work, Stated.model_validate(PROFILE))
            await enqueue(work, RunWish(source=source.key, limit=WANTED), house.parts.of(RunTerms))
        elif known.listing_url != f"{base}/jobs":
            await sources.change(work, known.key, _columns(base))


def _columns(base: str) -> dict[str, Any]:
    said = {"name": NAME, "adapter": "recipe", "recipe": recipe(), "hosts": [HOST], "listing_url": f"{base}/jobs"}
    return TypedSource.model_validate(said | {"interval_ms": 500}).columns()
