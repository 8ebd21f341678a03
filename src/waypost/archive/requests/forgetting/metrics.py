"""How much was thrown away of cases that never became a record."""

from prometheus_client import Counter

FORGOTTEN = Counter(
    "waypost_archive_requests_forgotten_total",
    "Requests without a record whose content was thrown away, by why",
    ("because",),
)
