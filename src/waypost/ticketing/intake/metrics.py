"""How much mail comes through, for Prometheus: no label names an organisation or a mailbox."""

from prometheus_client import Counter

MESSAGES = Counter("oss_mail_messages_total", "Copies of mails that were read or put aside.", ["outcome"])
READ, PUT_ASIDE = MESSAGES.labels("read"), MESSAGES.labels("quarantined")
