"""Which addresses a source may ask: its own hosts, encrypted, on the usual port; judged again at each redirect."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from waypost.sourcing.fetching.faults import Elsewhere


@dataclass(frozen=True, slots=True)
class Manners:
    """What a source's terms say of asking it."""

    hosts: tuple[str, ...]
    agent: str
    page_cap: int = 1_000
    plain: bool = False
    """The recipe says http: a test board in one's own network; any port."""

    def judge(self, url: str) -> str:
        """The host of an address that may be asked. Refuses with `Elsewhere`."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Elsewhere(f"{url[:200]} is no address") from None
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.scheme != "https" and not (self.plain and parts.scheme == "http"):
            raise Elsewhere(f"{host or url[:200]} is asked over https only")
        if parts.username or parts.password:
            raise Elsewhere(f"an address with a name or password in it is not asked ({host})")
        if port not in (None, 443) and not self.plain:
            raise Elsewhere(f"{host} is asked on its usual port only")
        if not belongs(host, self.hosts):
            raise Elsewhere(f"{host} is not one of this source's hosts")
        return host


def belongs(host: str, hosts: Collection[str]) -> bool:
    """One of them or a subdomain of one, however it is written."""
    name, known = host.strip().rstrip(".").lower(), [one.rstrip(".").lower() for one in hosts]
    return bool(name) and any(name == one or name.endswith(f".{one}") for one in known)
