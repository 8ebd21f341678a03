"""A visitor for one task: its source's terms become manners, its first budgets are noted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.addresses import Network
from waypost.sourcing.fetching.addressing import Manners
from waypost.sourcing.fetching.hands import Leave, Shelf
from waypost.sourcing.fetching.polite import LARGEST, Drawing, Hosts, Visitor
from waypost.sourcing.wire.task import SourceTerms, Task

AGENT = "Waypost/0.1 (+{contact})"
"""Who we are and where to complain; never another name."""


def way_out(allowed: tuple[Network, ...] = ()) -> WayOut:
    """How pages are fetched: pinned to public addresses, at most 5 MB, 20 seconds of silence. One for a process."""
    return WayOut(Trust.TENANT, allowed, Patience(connect=5, read=20, total=30, max_bytes=LARGEST))


def manners(terms: SourceTerms, agent: str) -> Manners:
    """What the terms say."""
    return Manners(terms.hosts, terms.user_agent or agent, terms.page_cap, plain=terms.recipe.get("http") is True)


def visitor_for(
    task: Task,
    *,
    way: WayOut,
    leave: Leave,
    shelf: Shelf,
    hosts: Hosts,
    clock: Callable[[], datetime],
    agent: str,
    drawing: Drawing | None = None,
    **more: Any,
) -> Visitor:
    """`way`, `shelf` and `hosts` are one for a process; `agent` is the User-Agent with its contact address."""
    terms = task.terms or SourceTerms(key=task.source, adapter="jsonld")
    visitor = Visitor(way, manners(terms, agent), leave, shelf, clock, hosts=hosts, drawing=drawing, **more)
    visitor.timeline.note(task.budgets, heard_at=clock())
    for one in task.budgets:
        if one.closed_until:
            hosts.close(one.host.lower(), one.closed_until, "closed")
    return visitor
