"""Objectives for people and programs: what was promised over 30 days, what was kept, and how the allowance went."""

from typing import Any

from waypost.platform.web.doors import Doors, Reads
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import OPERATE
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.objectives.drawing import burnt
from waypost.sourcing.watching.objectives.queries import measured
from waypost.sourcing.watching.objectives.slo import DAYS

pages = Pages()
api = Doors(shape=shape, tags=["sourcing operations"])


@pages.get("/sourcing/slo", needs=OPERATE)
async def slo_page(work: Reads) -> Page:
    """All four, each with its burn drawn and in a table."""
    found = await measured(work.db, work.now)
    return Page(
        "sourcing/watching/objectives/slo.html",
        blocks=("objectives",),
        shown=[(one, burnt(one, work.now.date())) for one in found],
        days=DAYS,
    )


@api.get("/api/ops/slo", needs=OPERATE)
async def slo(work: Reads) -> dict[str, Any]:
    """`{windowDays, slo: {apiAvailability: {objective, actual, budgetLeft, volume}, …}}`."""
    found = await measured(work.db, work.now)
    return {"windowDays": DAYS, "slo": {one.key: one.told() for one in found}}
