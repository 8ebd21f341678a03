"""Which addresses a run may look at: those of its source's hosts, and nothing dressed up as one (sourcing.md 1.2)."""

from urllib.parse import SplitResult, urlsplit

from waypost.sourcing.fetching.addressing import belongs
from waypost.sourcing.runs.refusals import AddressNotAllowed
from waypost.sourcing.sources.models import Source
from waypost.sourcing.wire.canonical import digest
from waypost.sourcing.wire.identity import canonical_url

LONGEST = 2_048
PLAIN = "http"
"""The recipe's word that a private test host may be asked without encryption, and at any port."""


def allowed(source: Source, url: str) -> str:
    """The address itself, or `AddressNotAllowed`: https, no credentials, the usual port, a host of the source."""
    parts = _split(url)
    private = bool(source.recipe.get(PLAIN))
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise AddressNotAllowed("The address must begin with https://.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise AddressNotAllowed("The address must not carry a user name or a password.")
    if parts.port not in (None, 443) and not private:
        raise AddressNotAllowed("The address must not name a port.")
    if not belongs(parts.hostname or "", source.hosts):
        raise AddressNotAllowed(f"The address must lead to {', '.join(source.hosts) or 'a host of the source'}.")
    return url


def fingerprint(source: str, listing_url: str, filters: dict[str, object]) -> str:
    """What makes two wishes the same: SHA-256 over source, canonical address and filters, order not counting."""
    steady = {name: _steady(value) for name, value in filters.items()}
    return digest({"source": source, "listingUrl": canonical_url(listing_url), "filters": steady})


def _steady(value: object) -> object:
    return sorted(value, key=str) if isinstance(value, list) else value


def _split(url: str) -> SplitResult:
    """Refuses what different readers would read differently."""
    if len(url) > LONGEST or any(ord(letter) <= 32 or ord(letter) == 127 or letter == "\\" for letter in url):
        raise AddressNotAllowed
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise AddressNotAllowed from None
    return parts
