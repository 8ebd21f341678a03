"""Alerts for people: what is wrong, since when, and what to do about it."""

from starlette.requests import Request

from waypost.platform.identity import lookups
from waypost.platform.web.doors import Reads
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import OPERATE
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.watching.alerts import showing
from waypost.sourcing.watching.alerts.mailing import Bell
from waypost.sourcing.watching.alerts.rules import Rules, State
from waypost.sourcing.watching.terms import WatchTerms

pages = Pages()


@pages.get("/sourcing/alerts", needs=OPERATE)
async def alerts_page(work: Reads, request: Request) -> Page:
    """Every rule, the urgent first; and what was told to the outside."""
    parts = request.app.state.parts
    shown = await showing.shown(work, parts.of(Rules))
    terms: WatchTerms = parts.of(WatchTerms)
    ours = await lookups.organisation_named(work.db, parts.of(RunTerms).default_org)
    return Page(
        "sourcing/watching/alerts/alerts.html",
        blocks=("alerts",),
        shown=shown,
        firing=shown.count(State.FIRING),
        pending=shown.count(State.PENDING),
        hours=terms.alert_hours,
        tells=terms.webhook is not None and ours == work.org,
        writes=parts.of(Bell).post.is_open,
        runbook=showing.RUNBOOK,
    )
