"""The whole set, and the promises it stands for."""

from tests.wire.torture import (
    addresses,
    attachments,
    charsets,
    dates,
    encodings,
    filenames,
    headers,
    identity,
    machines,
    markup,
    routing,
    size,
    strangers,
    structure,
    threads,
    words,
)
from tests.wire.torture.case import Case

ROWS = {
    "references-dropped": "client drops or overwrites References: In-Reply-To, then our own marker",
    "staff-outside-the-desk": "staff answer outside the desk: joined through the journaled copy, never spam",
    "common-ancestor": "the common ancestor was never seen: its children join, medium confidence",
    "newsletter": "answers to a newsletter: separate per participant",
    "new-topic": "new subject and new topic: a split is proposed; our own subject is never mislabelled",
    "strangers-quote": "a stranger quotes a number or a marker: a new ticket, linked as mentions",
    "forward": "forwards, marked in any language or unmarked: a new ticket, linked",
    "same-subject": "same subject from strangers never joins; the same sender by inbox policy",
    "several-inboxes": "one mail to several inboxes: one message, tickets by policy",
    "out-of-order": "mail out of order: the thread heals when the ancestor arrives",
    "message-ids": "no, duplicate or rewritten Message-ID: content decides, doubt is shown",
    "broken-dates": "dates that are broken: ticket or visible quarantine",
    "no-from": "no From: ticket or visible quarantine",
    "nul-in-headers": "NUL in headers: ticket or visible quarantine",
    "unknown-charset": "unknown charset: ticket or visible quarantine",
    "base64-bombs": "base64 bombs: ticket or visible quarantine",
    "1000-attachments": "1,000 attachments: ticket or visible quarantine",
}
THEMES = (
    headers,
    words,
    addresses,
    charsets,
    structure,
    encodings,
    attachments,
    filenames,
    markup,
    dates,
    size,
    identity,
    threads,
    strangers,
    routing,
    machines,
)


def cases() -> list[Case]:
    """Every case, always in the same order; large mails are made only when asked for (`Case.raw`)."""
    return [case for theme in THEMES for case in theme.CASES]
