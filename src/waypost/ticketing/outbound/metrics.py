"""Messages that did not leave at a try, for Prometheus: no label names an organisation or an address."""

from prometheus_client import Counter

ERRORS = Counter("oss_mail_outbound_errors_total", "Tries at sending a message that failed, by how.", ["outcome"])
REFUSED, LOST, NOT_NOW, FAULT = (ERRORS.labels(one) for one in ("refused", "unknown", "later", "fault"))
