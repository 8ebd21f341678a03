"""Names under which the earlier job-offer service was configured and that have nothing left to decide here.

They are taken, so that an environment can be carried over as it stands, and each that is set is said at the start.
"""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, SecretStr

from waypost.platform.settings import Group

BUCKETS = "limits are RATE_LIMIT_REQUESTS_PER_MINUTE for strangers, and a bucket for each session and key"


class EarlierSettings(Group):
    """The group of names that the earlier service's API knew and that are without effect."""

    WITHOUT_EFFECT: ClassVar[Mapping[str, str]] = {
        "api_prefix": "API_PREFIX has no effect: the documented doors stand under /api.",
        "api_body_limit": "API_BODY_LIMIT has no effect: each door has its own limit.",
        "host": "HOST has no effect: SERVER_HOST, or --host, says where to listen.",
        "node_env": "NODE_ENV has no effect: APP_ENV is dev, test or prod.",
        "refresh_token_secret": "REFRESH_TOKEN_SECRET has no effect: sessions are kept, not carried in tokens.",
        "read_ttl": f"API_READ_THROTTLE_TTL_MS has no effect: {BUCKETS}.",
        "write_ttl": f"API_WRITE_THROTTLE_TTL_MS has no effect: {BUCKETS}.",
        "workflow_ttl": f"API_WORKFLOW_THROTTLE_TTL_MS has no effect: {BUCKETS}.",
        "auth_ttl": f"API_AUTH_THROTTLE_TTL_MS has no effect: {BUCKETS}.",
        "sensitive_ttl": f"API_SENSITIVE_THROTTLE_TTL_MS has no effect: {BUCKETS}.",
    }

    api_prefix: str = Field("api", validation_alias="API_PREFIX")
    """Without effect: the documented doors stand under `/api`."""
    api_body_limit: str = Field("1mb", validation_alias="API_BODY_LIMIT")
    """Without effect: each door has its own limit (callbacks 8 MB, others 1 MB)."""
    host: str | None = Field(None, validation_alias="HOST")
    """Without effect: shells and compilers say something else by it; `SERVER_HOST` says where to listen."""
    node_env: str | None = Field(None, validation_alias="NODE_ENV")
    """Without effect: `APP_ENV` says it."""
    refresh_token_secret: SecretStr | None = Field(None, validation_alias="REFRESH_TOKEN_SECRET")
    """Without effect: there are sessions, and no refresh tokens."""
    read_ttl: int = Field(60_000, validation_alias="API_READ_THROTTLE_TTL_MS")
    """Without effect, like its likes below: limits are counted by session, by key, and by address for strangers."""
    write_ttl: int = Field(60_000, validation_alias="API_WRITE_THROTTLE_TTL_MS")
    """Without effect."""
    workflow_ttl: int = Field(60_000, validation_alias="API_WORKFLOW_THROTTLE_TTL_MS")
    """Without effect."""
    auth_ttl: int = Field(60_000, validation_alias="API_AUTH_THROTTLE_TTL_MS")
    """Without effect."""
    sensitive_ttl: int = Field(60_000, validation_alias="API_SENSITIVE_THROTTLE_TTL_MS")
    """Without effect."""
