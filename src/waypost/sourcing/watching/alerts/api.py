"""Alerts for programs: the state of every rule, and the internal door that sends what is active."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.web.doors import Doors, Reads, Staged, works_of
from waypost.sourcing.access import OPERATE
from waypost.sourcing.runs.api import NoDefaultOrganisation, admit, terms_of
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.alerts import showing
from waypost.sourcing.watching.alerts.delivering import Herald, dispatch
from waypost.sourcing.watching.alerts.rules import Rules
from waypost.sourcing.watching.figures.gathering import LONGEST, window
from waypost.sourcing.watching.terms import WatchTerms

api = Doors(shape=shape, tags=["sourcing operations"])

Hours = Annotated[int | None, Query(alias="windowHours", ge=1, le=LONGEST)]


@api.get("/api/ops/alerts", needs=OPERATE)
async def alerts(work: Reads, request: Request) -> dict[str, Any]:
    """`{items}`: every rule with state, since when, newest value, and what to do."""
    shown = await showing.shown(work, request.app.state.parts.of(Rules))
    return {"items": [each.told() for each in shown.lines]}


@api.post("/api/ops/dispatch-alerts", public=True, foreign=True)
async def dispatch_alerts(stages: Staged, request: Request, hours: Hours = None) -> dict[str, Any]:
    """`{ok, result}` with the documented words. Refuses: no or wrong token (403), the webhook did not take it (503)."""
    parts, ours = request.app.state.parts, terms_of(request)
    terms: WatchTerms = parts.of(WatchTerms)
    admit(request, ours)
    async with lookups.catalogue(works_of(request).shards) as db:
        org = await lookups.organisation_named(db, ours.default_org)
    if org is None:
        raise NoDefaultOrganisation
    looked = window(hours, terms.alert_hours)
    return await dispatch(lambda: stages.open(org, MACHINE), parts.of(Herald), terms, looked, flagged=True)
