"""What left the log, for Prometheus."""

from prometheus_client import Counter

REMOVED = Counter("waypost_audit_removed_total", "Entries of audit logs that were removed when their time was over")
