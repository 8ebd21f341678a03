"""Who has a part in a case, read from its snapshot: the addresses that a request to be forgotten may name. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

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
    return {one.strip().lower() for one in found if "@" in one and len(one) <= LONGEST}


def _of(party: Mapping[str, Any] | None) -> Iterator[str]:
    """An account is often called by its address."""
    for name in ("email", "login"):
        if said := (party or {}).get(name):
            yield str(said)
