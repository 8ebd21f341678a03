"""Figures of reconciliation for Prometheus: no label names an organisation or a mailbox."""

from prometheus_client import Counter, Gauge

SAID = "Mails that the last comparison of a mailbox with ours found missing"
GAP = Gauge("waypost_mail_reconciliation_gap", SAID, multiprocess_mode="mostrecent")
OSS_GAP = Gauge("oss_mail_reconciliation_gap", SAID, multiprocess_mode="mostrecent")
MISSING = Counter("waypost_mail_reconciliation_missing_total", "Mails that comparisons found missing and brought")
