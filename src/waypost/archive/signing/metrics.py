"""Figures of signing, for every process of a host."""

from prometheus_client import Counter, Gauge

SEALED = Counter("waypost_archive_signed_total", "Files signed or raised, by the level they reached", ("level",))
ASKED = Counter("waypost_archive_tsa_requests_total", "Requests to time-stamping authorities", ("outcome",))
ANSWERED_AT = Gauge(
    "waypost_archive_tsa_last_success_timestamp_seconds",
    "When an authority last gave a token (Unix time)",
    multiprocess_mode="mostrecent",
)
FAILING_SINCE = Gauge(
    "waypost_archive_tsa_failing_since_timestamp_seconds",
    "Since when no authority has given a token that was asked for (Unix time); 0: they do",
    multiprocess_mode="mostrecent",
)
TSA_EXPIRES = Gauge(
    "waypost_archive_tsa_certificate_expires_seconds",
    "Seconds until the certificate of the authority that answered last ends",
    multiprocess_mode="mostrecent",
)
KEY_EXPIRES = Gauge(
    "waypost_archive_certificate_expires_seconds",
    "Seconds until the signing certificate ends; negative: it has",
    multiprocess_mode="mostrecent",
)
