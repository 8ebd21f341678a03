"""The environment that operators of the ticketing system have: each name is read, and what it is where it is unset."""

from typing import Any

import pytest
from pydantic import SecretStr

from waypost.platform.settings import Group, names_of
from waypost.settings import GROUPS

SAME: dict[str, Any] = {
    "ALLOW_DEV_LOGIN": False,
    "API_BASE_URL": "http://localhost:8000",
    "ATTACHMENT_DOWNLOAD_URL_TTL_SECONDS": 300,
    "COOKIE_DOMAIN": None,
    "COOKIE_SAMESITE": "lax",
    "CSRF_COOKIE_NAME": "oss_csrf",
    "CSRF_HEADER_NAME": "x-csrf-token",
    "ENABLE_OTEL_TRACING": False,
    "GOOGLE_CLIENT_ID": "",
    "GOOGLE_CLIENT_SECRET": "",
    "OTEL_EXCLUDED_URLS": "/healthz,/readyz,/metrics",
    "OTEL_EXPORTER_OTLP_HEADERS": "",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces",
    "OTEL_SERVICE_NAME": "oss-ticketing-api",
    "OTEL_TRACE_SAMPLE_RATIO": 1.0,
    "PROMETHEUS_METRICS_PATH": "/metrics",
    "RATE_LIMIT_REQUESTS_PER_MINUTE": 120,
    "REQUEST_ID_HEADER": "x-request-id",
    "S3_BUCKET": "tickets-blobs",
    "SESSION_COOKIE_NAME": "oss_session",
    "SESSION_TTL_SECONDS": 2_592_000,
}
OTHER: dict[str, Any] = {
    "APP_ENV": None,
    "BLOB_STORE": "local",
    "CONTENT_SECURITY_POLICY": ...,
    "COOKIE_SECURE": None,
    "CORS_ORIGINS": (),
    "DATABASE_URL": None,
    "ENABLE_PROMETHEUS_METRICS": None,
    "ENCRYPTION_KEY_BASE64": None,
    "FRONTEND_URL": None,
    "JWT_SECRET": None,
    "LOCAL_BLOB_DIR": None,
    "S3_ACCESS_KEY_ID": "",
    "S3_ENDPOINT_URL": None,
    "S3_SECRET_ACCESS_KEY": "",
}
"""Safer, or without anything beside us, where they are unset; docs/moving.md says each."""


def field_of(name: str) -> tuple[type[Group], str]:
    """Whose it is."""
    found = [
        (group, field)
        for group in GROUPS
        for field, info in group.model_fields.items()
        if name in names_of(info, field)
    ]
    assert found, f"{name} is not read"
    return found[0]


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_each_documented_name_has_its_default(name: str) -> None:
    group, field = field_of(name)
    default = group.model_fields[field].default
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    wanted = (SAME | OTHER)[name]
    assert wanted is ... or plain == wanted


@pytest.mark.parametrize(
    ("name", "said", "read"),
    [
        ("JWT_SECRET", "s" * 32, "s" * 32),
        (
            "CORS_ORIGINS",
            "http://localhost:3000, https://desk.example/",
            ("http://localhost:3000", "https://desk.example"),
        ),
        ("FRONTEND_URL", "http://localhost:3000/", "http://localhost:3000"),
        ("OTEL_TRACE_SAMPLE_RATIO", "0", 0.0),
        ("COOKIE_DOMAIN", "acme.example", "acme.example"),
        ("S3_BUCKET", "mails", "mails"),
    ],
)
def test_what_the_environment_says_is_read(monkeypatch: pytest.MonkeyPatch, name: str, said: str, read: Any) -> None:
    monkeypatch.setenv(name, said)
    group, field = field_of(name)
    value = getattr(group(), field)
    assert (value.get_secret_value() if isinstance(value, SecretStr) else value) == read


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("OTEL_TRACE_SAMPLE_RATIO", "1.1"),
        ("APP_ENV", "staging"),
        ("SESSION_TTL_SECONDS", "0"),
        ("COOKIE_SAMESITE", "x"),
    ],
)
def test_what_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(name, said)
    group, _ = field_of(name)
    with pytest.raises(ValueError, match=name):
        group()
