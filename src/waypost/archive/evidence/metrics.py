"""Figures of the log for Prometheus; no label names an organisation."""

from prometheus_client import Counter

SIGNED = Counter("waypost_evidence_checkpoints_total", "Checkpoints signed and kept outside the database")
DOUBTS = Counter(
    "waypost_evidence_doubts_total", "Looks at a log that did not agree with what is kept outside", ("doubt",)
)
FINDINGS = Counter("waypost_evidence_findings_total", "Entries, proofs or rows found changed or missing", ("what",))
TOKENS = Counter("waypost_evidence_time_proofs_total", "Answers of authorities to a request for a token", ("outcome",))
