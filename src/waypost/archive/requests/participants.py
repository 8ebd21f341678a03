"""Who has a part in a case, read from its snapshot: the addresses that a request to be forgotten may name. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from waypost.archive.sealing.snapshot import Snapshot

LONGEST = 320
"""Characters of an address (RFC 3696, erratum 1690)."""
LINES = ("sender", "to", "cc")
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")


def addresses(snapshot: Mapping[str, Any]) -> set[str]:
    """The customer's, and all that wrote or were written to, in lower case. The owner alone has no part in it."""
    found = {*_of((snapshot.get("subject") or {}).get("customer"))}
    for article in snapshot.get("articles") or ():
        found.update(_of(article.get("created_by")))
        for name in LINES:
            found.update(ADDRESS.findall(str(article.get(name) or "")))
    return {one.strip(" '.").lower() for one in found if "@" in one and len(one) <= LONGEST}


def spoken_by(snapshot: Snapshot) -> set[str]:
    """The same of a snapshot that is at hand."""
    articles = [
        {"sender": one.sender, "to": one.to, "cc": one.cc, "created_by": asdict(one.created_by)}
        for one in snapshot.articles
    ]
    return addresses({"subject": {"customer": asdict(snapshot.subject.customer)}, "articles": articles})


def _of(party: Mapping[str, Any] | None) -> Iterator[str]:
    """An account is often called by its address."""
    for name in ("email", "login"):
        if said := (party or {}).get(name):
            yield str(said)
