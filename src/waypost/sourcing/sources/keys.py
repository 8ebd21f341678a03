"""A source's key: readable, stable, and free."""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

LENGTH = 48
FORM = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
"""Lower-case letters, digits and hyphens, at most 64."""


def key_for(name: str, taken: Container[str]) -> str:
    """The name as a slug, with a number where another source has it."""
    bare = (
        unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ß", "ss"))
        .encode("ascii", "ignore")
        .decode()
    )
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:LENGTH].strip("-") or "source"
    return next(each for each in chain((slug,), (f"{slug}-{n}" for n in count(2))) if each not in taken)
