"""Message-ID, In-Reply-To and References (RFC 5322 section 3.6.4) in one comparable form."""

import hashlib
import re
from collections.abc import Iterable, Iterator

from waypost.ticketing.intake.reading.cleaning import clean_word

_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_LONGEST = 400
_NEWEST = 100


def read_ids(raws: Iterable[str]) -> tuple[str, ...]:
    """All ids in order, each once; of more than 101 the first and the newest 100."""
    ids = list(dict.fromkeys(i for raw in raws for i in _ids(raw)))
    return tuple(ids if len(ids) <= _NEWEST + 1 else [ids[0], *ids[-_NEWEST:]])


def read_id(raw: str) -> str | None:
    """The first id, or None when there is nothing that could tell two mails apart."""
    return next(_ids(raw), None)


def _ids(raw: str) -> Iterator[str]:
    found = _IN_BRACKETS.findall(raw) or [w.strip("<>,;") for w in raw.split() if "@" in w or w == raw.strip()]
    return filter(None, map(_normal, found))


def _normal(inner: str) -> str | None:
    """`<id>`, without white space inside; one too long for an index is replaced by its digest."""
    word = clean_word(inner)
    if not any(c.isalnum() for c in word):
        return None
    if len(word.encode()) > _LONGEST:
        return f"<{hashlib.sha256(word.encode()).hexdigest()}@overlong.invalid>"
    return f"<{word}>"
