"""What went, for Prometheus."""

from prometheus_client import Counter

REMOVED = Counter("oss_mail_raw_removed_total", "Raw mails whose bytes were removed when their time was over.")
BYTES = Counter("oss_mail_raw_removed_bytes_total", "How many bytes they had.")
