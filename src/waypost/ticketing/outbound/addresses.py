"""Addresses that people type, as a mail server will take them (RFC 5321 section 4.1.2, without quoted local parts)."""

import re
from collections.abc import Iterable

from waypost.platform.errors import Invalid

LONGEST = 320
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class BadAddress(Invalid):
    """This is not an e-mail address."""


def address(text: str) -> str:
    """The address in lower case, an international domain in its ASCII form. Refuses with `BadAddress`."""
    local, at, domain = text.strip().lower().rpartition("@")
    domain = _ascii(domain)
    if not at or len(text) > LONGEST or len(local) > 64 or not _LOCAL.fullmatch(local) or not is_domain(domain):
        raise BadAddress
    return f"{local}@{domain}"


def addresses(texts: Iterable[str], field: str) -> list[str]:
    """Each once, in order. The refusal names the field and the place of the first wrong one, never the text."""
    found: dict[str, None] = {}
    for place, text in enumerate(texts, 1):
        try:
            found[address(text)] = None
        except BadAddress:
            wrong = [{"field": field, "msg": f"number {place} is not an e-mail address"}]
            raise BadAddress(f"Number {place} in {field} is not an e-mail address", errors=wrong) from None
    return list(found)


def is_domain(text: str) -> bool:
    """A host name of at least two labels (RFC 1123), lower-case."""
    labels = text.split(".")
    return len(text) <= 253 and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
