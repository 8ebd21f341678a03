"""Which offer it is: one key for both sides, so that nothing is kept twice (sourcing.md 3.8)."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = frozenset({"fbclid", "gclid", "msclkid"})


def identity_key(source_id: str | None, url: str) -> str:
    """`source:…` where the board numbers its offers, else `url:…` without query and fragment, in lower case."""
    known = (source_id or "").strip().lower()
    return f"source:{known}" if known else f"url:{bare(url).lower()}"


def bare(url: str) -> str:
    """The address without query and fragment; one that cannot be taken apart (`https://[x/`) is cut as a text."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip().partition("#")[0].partition("?")[0]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def canonical_url(url: str) -> str:
    """A listing's address as intents are compared: host in lower case, no fragment, no tracking, pairs in order."""
    parts = urlsplit(url.strip())
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0])]
    query = urlencode(sorted(pairs))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))


def _tracks(name: str) -> bool:
    return name.lower() in TRACKING or name.lower().startswith("utm_")
