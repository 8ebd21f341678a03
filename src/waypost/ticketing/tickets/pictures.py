"""Pictures that a mail refers to elsewhere: never loaded by the reader's browser, fetched by us when a person asks.

The address in a mail is a stranger's: it is resolved, pinned and refused when private, as every tenant's address is.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit
from uuid import UUID

from waypost.platform.errors import NotFound
from waypost.platform.http.client import WayOut
from waypost.platform.safety.links import Links
from waypost.platform.storage.serving import picture_type

PURPOSE = "remote picture"
TTL = timedelta(minutes=10)
LONGEST_URL = 2_000
REDIRECTS = 3
NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?")
"""Of a host that strangers may name: one word alone is never a public one."""


class NoPicture(NotFound):
    """There is no picture at that address."""


@dataclass(frozen=True, slots=True)
class PictureLinks:
    """Addresses of ours that stand for pictures elsewhere; we alone make them, so nobody fetches through us at will."""

    links: Links

    def path(self, org: UUID, url: str, now: datetime) -> str:
        """`/remote-pictures/TOKEN`; an address too long for a link shows no picture."""
        named = url if len(url.encode()) <= LONGEST_URL else ""
        return f"/remote-pictures/{self.links.sign(PURPOSE, org, {'url': named}, now + TTL)}"

    def read(self, token: str, now: datetime) -> str:
        """The address behind a token; refuses what we did not sign, or signed too long ago."""
        return self.links.read(PURPOSE, token, now).claims["url"]


@dataclass(frozen=True, slots=True)
class RemotePictures:
    """The way out for them: a client of its own, with limits that fit pictures."""

    way_out: WayOut


async def fetch_picture(way_out: WayOut, url: str) -> tuple[bytes, str]:
    """Bytes and type (by the bytes: png, jpeg, gif, webp); refuses everything else. Follows a few redirects, each
    judged like the first."""
    place = _web_address(url)
    for _hop in range(REDIRECTS + 1):
        answer = await way_out.send("GET", place)
        if answer.status_code in (301, 302, 303, 307, 308) and answer.headers.get("location"):
            place = _web_address(answer.headers["location"], base=place)
            continue
        media_type = picture_type(answer.content) if answer.status_code == 200 else None
        if media_type is None:
            raise NoPicture
        return answer.content, media_type
    raise NoPicture


def _web_address(text: str, base: str = "") -> str:
    """Anybody may write anything into a mail: what is no web address leads nowhere; names go out in ASCII."""
    try:
        url = urlsplit(urljoin(base, text))
        host, port = _host(url.hostname or ""), url.port
    except ValueError as broken:
        raise NoPicture from broken
    if url.scheme not in ("http", "https") or not url.geturl().isprintable():
        raise NoPicture
    return urlunsplit(url._replace(netloc=host if port is None else f"{host}:{port}", fragment=""))


def _host(written: str) -> str:
    """As it stands in an address; refuses (ValueError) what is neither an IP address nor a name with a domain."""
    name = written.encode("idna").decode()
    if NAME.fullmatch(name):
        return name
    return f"[{name}]" if ip_address(name).version == 6 else name
