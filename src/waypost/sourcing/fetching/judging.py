"""What an answer means for whoever asked: something to read, a no, a request for rest, a fault."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from waypost.platform.http.waiting import told_to_wait
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.faults import Blocked, Fault, Resting, Unreachable

CHALLENGE = re.compile(
    rb"_?cf_chl_|<title>\s*(?:just a moment|attention required!|access denied|are you (?:a )?human)"
    rb"|<title>[^<]{0,60}(?:security check|captcha)",
    re.IGNORECASE,
)
LOOKED_AT = 100_000
NO = frozenset({401, 403, 407, 451})
REST = frozenset({429, 503})
USUAL_REST = timedelta(minutes=1)
AFTER_A_NO = timedelta(minutes=30)
"""How long a host that said no is left alone."""


def fault_of(page: Page, headers: Mapping[str, str], now: datetime) -> Fault | None:
    """None for a page to be read or known to be gone (404, 410, other 4xx)."""
    if page.status in REST:
        wait = told_to_wait(headers, now) or USUAL_REST
        return Resting(f"{page.url} asked for rest (HTTP {page.status})", now + wait, f"http_{page.status}")
    if page.status in NO:
        return Blocked(f"{page.url} does not want to be read (HTTP {page.status})")
    if is_challenge(page) or "challenge" in headers.get("cf-mitigated", ""):
        return Blocked(f"{page.url} asks whether we are human")
    return Unreachable(f"{page.url} failed (HTTP {page.status})") if page.status >= 500 else None


def is_challenge(page: Page) -> bool:
    """A page that asks whether we are human, whatever its status."""
    return "html" in (page.content_type or "html") and CHALLENGE.search(page.body[:LOOKED_AT]) is not None
