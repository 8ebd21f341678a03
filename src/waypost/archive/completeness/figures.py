"""Evidence and completeness for Prometheus, asked of the database when it is asked for; no organisation in them."""

from typing import ClassVar

from waypost.platform.observe.figures import Figures

FAMILIES = {
    "doubtful": ("waypost_evidence_doubtful_logs", "Logs that do not agree with the checkpoints kept outside"),
    "changed": ("waypost_evidence_changed_logs", "Logs in which entries, proofs or rows were found changed or missing"),
    "waiting": ("waypost_evidence_unproven_age_seconds", "How long the oldest entry waits for an authority's time"),
    "compared": ("waypost_evidence_compared_age_seconds", "Since the log that waits longest was compared"),
    "unarchived": ("waypost_archive_unarchived", "Cases closed for half an hour with neither record nor exemption"),
    "oldest": ("waypost_archive_unarchived_age_seconds", "Since the oldest of them was closed"),
    "damaged": ("waypost_archive_damaged_records", "Records that are not as they were kept"),
    "low": ("waypost_archive_low_versions", "Versions below the level that is wanted for more than a day"),
    "neglected": ("waypost_archive_verified_age_seconds", "Since the version that waits longest was looked at"),
}
"""By the function's column."""


class ArchiveFigures(Figures):
    """Asked of one function, for the whole installation."""

    ASK: ClassVar[str] = "select * from installation_archive_figures(%s)"
    GAUGES = FAMILIES
