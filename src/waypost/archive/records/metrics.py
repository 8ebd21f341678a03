"""Figures of records for Prometheus; no label names an organisation."""

from prometheus_client import Counter

LOOKED = Counter("waypost_archive_verifications_total", "Looks at kept versions", ("outcome",))
VERIFICATION_FAILED = Counter(
    "waypost_archive_verification_failed_total", "Versions newly found not to be as they were kept"
)
RAISED = Counter("waypost_archive_upgrades_total", "Tries to raise the level of a version", ("outcome",))
EXPORTED = Counter("waypost_archive_exports_total", "Exports for auditors that came to an end", ("outcome",))
