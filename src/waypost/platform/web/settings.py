"""The web as operators set it: addresses, limits, proxies, headers, under the documented environment names."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from waypost.platform.settings import Group, named

Network = IPv4Network | IPv6Network
Names = Annotated[tuple[str, ...], NoDecode]
"""A list separated by commas."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob: cid:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
"""The default Content-Security-Policy: nothing inline, nothing from elsewhere."""


class WebSettings(Group):
    """The group of the web shell; names of cookies belong to identity."""

    api_base_url: str = Field("http://localhost:8000", validation_alias="API_BASE_URL")
    """The address that people and providers reach us at, without a slash at its end."""
    frontend_url: str | None = Field(None, validation_alias=AliasChoices("FRONTEND_URL", "WEB_BASE_URL"))
    """A separate web client, where there is one; else our own address."""
    cors_origins: Names = Field((), validation_alias=AliasChoices("CORS_ORIGINS", "ALLOWED_ORIGINS"))
    """Other origins whose scripts may call us with a person's session; each is named, `*` is refused."""
    content_security_policy: str = Field(POLICY, validation_alias="CONTENT_SECURITY_POLICY")
    """Sent with every page; nothing inline, nothing from elsewhere."""
    request_id_header: str = Field("x-request-id", validation_alias="REQUEST_ID_HEADER", pattern=r"^[A-Za-z0-9-]+$")
    """The header in which a request's id comes in and goes out."""
    max_body_bytes: int = Field(
        1_048_576, ge=0, validation_alias=named("MAX_BODY_BYTES", "hardening.body_size_limit.max_bytes")
    )
    """The largest body a door takes that names no limit of its own; 0 = no limit."""
    rate_limit: int = Field(
        120, ge=0, validation_alias=AliasChoices("RATE_LIMIT_REQUESTS_PER_MINUTE", "RATE_LIMIT_PER_MINUTE")
    )
    """Anonymous requests a minute and address; 0 = off."""
    rate_limit_session: int = Field(600, ge=0, validation_alias="RATE_LIMIT_SESSION_PER_MINUTE")
    """Requests a minute of one signed-in person; 0 = off."""
    rate_limit_key: int = Field(600, ge=0, validation_alias="RATE_LIMIT_KEY_PER_MINUTE")
    """Requests a minute of one API key; 0 = off."""
    redis_url: SecretStr | None = Field(None, validation_alias=named("REDIS_URL", "workflow.redis_url"))
    """Where several hosts share the counts of the rate limit; unset: each process counts for itself."""
    trust_proxy_headers: bool = Field(False, validation_alias="TRUST_PROXY_HEADERS")
    """Believe X-Forwarded-For when the request comes from a proxy named below."""
    trusted_proxy_ips: Names = Field((), validation_alias="TRUSTED_PROXY_IPS")
    """Addresses of our own proxies."""
    trusted_proxy_cidrs: Names = Field((), validation_alias="TRUSTED_PROXY_CIDRS")
    """Networks of our own proxies."""

    @field_validator("cors_origins", "trusted_proxy_ips", "trusted_proxy_cidrs", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return tuple(each.strip() for each in given.split(",") if each.strip()) if isinstance(given, str) else given

    @field_validator("cors_origins")
    @classmethod
    def _named(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in given:
            raise ValueError("name each origin: '*' would let every site act with a person's session")
        return tuple(each.rstrip("/") for each in given)

    @field_validator("api_base_url", "frontend_url")
    @classmethod
    def _bare(cls, given: str | None) -> str | None:
        return given.rstrip("/") if given else None

    @field_validator("trusted_proxy_ips", "trusted_proxy_cidrs")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for each in given:
            ip_network(each, strict=False)
        return given

    @property
    def web_url(self) -> str:
        """Where links in mails lead people: the web client's address, else our own."""
        return self.frontend_url or self.api_base_url

    @property
    def origins(self) -> frozenset[str]:
        """Other origins whose scripts may act with a person's session."""
        return frozenset(self.cors_origins) | {_origin(each) for each in (self.web_url, self.api_base_url)}

    @property
    def base_path(self) -> str:
        """The path that our base address has, empty for most: what programs put before every path of ours."""
        return urlsplit(self.api_base_url).path

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The networks whose word about a client's address counts; none unless the operator trusts them expressly."""
        if not self.trust_proxy_headers:
            return ()
        return tuple(ip_network(each, strict=False) for each in (*self.trusted_proxy_ips, *self.trusted_proxy_cidrs))


def _origin(address: str) -> str:
    """What a browser calls the place of an address (RFC 6454, 6.1): without its path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
