"""Alerts for programs: the state of every rule, and the internal door that sends what is active."""

from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.platform.access import MACHINE
from waypost.platform.errors import Forbidden, NotFound
from waypost.platform.identity import lookups
from waypost.platform.web.doors import Doors, Reads, Staged, works_of
from waypost.sourcing.access import OPERATE
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.alerts import showing
from waypost.sourcing.watching.alerts.delivering import Herald, dispatch
from waypost.sourcing.watching.alerts.rules import Rules
from waypost.sourcing.watching.figures.gathering import LONGEST, window
from waypost.sourcing.watching.terms import WatchTerms

api = Doors(shape=shape, tags=["sourcing operations"])

Hours = Annotated[int | None, Query(alias="windowHours", ge=1, le=LONGEST)]


class InternalOnly(Forbidden):
    """This door is for the installation's own clock: it wants OPS_INTERNAL_TOKEN as a bearer token."""


class NoDefaultOrganisation(NotFound):
    """The organisation of WAYPOST_DEFAULT_ORG does not exist yet."""


@api.get("/api/ops/alerts", needs=OPERATE)
async def alerts(work: Reads, request: Request) -> dict[str, Any]:
    """`{items}`: every rule with state, since when, newest value, and what to do."""
    shown = await showing.shown(work, request.app.state.parts.of(Rules))
    return {"items": [each.told() for each in shown.lines]}


@api.post("/api/ops/dispatch-alerts", public=True, foreign=True)
async def dispatch_alerts(stages: Staged, request: Request, hours: Hours = None) -> dict[str, Any]:
    """`{ok, result}` with the documented words. Refuses: no or wrong token (403), the webhook did not take it (503)."""
    parts = request.app.state.parts
    terms: WatchTerms = parts.of(WatchTerms)
    admit(request, terms)
    async with lookups.catalogue(works_of(request).shards) as db:
        org = await lookups.organisation_named(db, terms.default_org)
    if org is None:
        raise NoDefaultOrganisation
    looked = window(hours, terms.alert_hours)
    return await dispatch(lambda: stages.open(org, MACHINE), parts.of(Herald), terms, looked, flagged=True)


def admit(request: Request, terms: WatchTerms) -> None:
    """Compares in constant time. Refuses with `InternalOnly`, also where no token is set."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    expected = terms.internal_token or b""
    if not expected or kind.lower() != "bearer" or not compare_digest(given.encode(), expected):
        raise InternalOnly
