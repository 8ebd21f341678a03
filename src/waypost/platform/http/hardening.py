"""The archive's documented rules for addresses that an operator wrote down: encrypted, verified, and not this machine.

Each rule has its own switch (`HARDENING_TRANSPORT_…`); all are off by default.
"""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from waypost.platform.errors import Invalid
from waypost.platform.http.addresses import Trust, checked_address


class NotAnAddress(Invalid):
    """An address begins with https:// and names a host."""


class PlainHttp(Invalid):
    """This address is not encrypted (http); HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP would allow it."""


class LocalUpstream(Invalid):
    """This address leads to this machine itself; HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS would allow it."""


class UnverifiedTls(Invalid):
    """Certificates must be verified; HARDENING_TRANSPORT_ALLOW_INSECURE_TLS would allow not to."""


class BadCaBundle(Invalid):
    """These are no certificates in PEM form."""


@dataclass(frozen=True, slots=True)
class Hardening:
    """What the operator allows."""

    trust_env: bool = False
    """Use the proxies that the environment names."""
    allow_insecure_http: bool = False
    allow_insecure_tls: bool = False
    allow_local_upstreams: bool = False

    def check(self, url: str, *, verify_tls: bool = True) -> None:
        """Judge an address by its text. Refuses with the classes above."""
        parts = split(url)
        if parts.scheme == "http" and not self.allow_insecure_http:
            raise PlainHttp
        if not verify_tls and not self.allow_insecure_tls:
            raise UnverifiedTls
        if not self.allow_local_upstreams and is_local(parts.hostname or ""):
            raise LocalUpstream

    async def check_resolved(self, url: str) -> None:
        """Judge what the name leads to now; refuses with `LocalUpstream` or `UnknownHost`."""
        if self.allow_local_upstreams:
            return
        parts = split(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = await checked_address(parts.hostname or "", port, Trust.OPERATOR)
        if any(is_local(ip) for ip in found.ips):
            raise LocalUpstream


class _Split:
    """An address taken apart; `text` is the whole."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.text = url
        self.scheme, self.hostname, self.port = parts.scheme, parts.hostname, parts.port
        self.userinfo = parts.username or parts.password


def split(url: str) -> _Split:
    """Scheme, host and port of an http(s) address without credentials; refuses anything else with `NotAnAddress`."""
    try:
        parts = _Split(url)
    except ValueError:
        raise NotAnAddress from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.userinfo:
        raise NotAnAddress
    return parts


def is_local(host: str) -> bool:
    """localhost, and addresses that are loopback, link-local or unspecified."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ip = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or ip
    return bool(inner.is_loopback or inner.is_link_local or inner.is_unspecified)


def tls_context(*, verify: bool = True, ca_pem: str | None = None) -> ssl.SSLContext | None:
    """How certificates are judged: by the system's trust (None), by these authorities alone, or not at all."""
    if verify and not ca_pem:
        return None
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    only = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        only.load_verify_locations(cadata=ca_pem)
    except ssl.SSLError:
        raise BadCaBundle from None
    return only


def ca_text(path: Path | None) -> str | None:
    """The content of a bundle of certificates; refuses with `BadCaBundle` what cannot be read."""
    if path is None:
        return None
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise BadCaBundle(f"{path} cannot be read as certificates in PEM form.") from None
