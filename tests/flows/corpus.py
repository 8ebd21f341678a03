"""Mail for the stories of the pipeline: conversations out of order, second copies, one that cannot be read."""

import random
from datetime import UTC, datetime

from demo.bundle import bundle
from tests.ticketing.desk import mail

THREADS = 2
LETTERS = 3
SINGLES = 4
"""Each opens a ticket of its own, so each has to be routed."""
COPIES = 1
MESSAGES = THREADS * LETTERS + SINGLES
MAILS = MESSAGES + COPIES + 1
INBOX = "support@acme.example"


def letters(thread: int) -> list[bytes]:
    """A question, our answer, and a thank-you that names only the answer."""
    first, second, third = (f"t{thread}-{number}" for number in range(LETTERS))
    client, subject = f"client-{thread}@client.example", f"Matter {thread}"
    return [
        mail(first, client, subject=subject),
        mail(second, INBOX, to=client, subject=f"Re: {subject}", refs=(first,)),
        mail(third, client, subject=f"Re: {subject}", refs=(second,)),
    ]


def mbox(seed: int) -> bytes:
    """All of them in an order of their own."""
    raws = [raw for thread in range(THREADS) for raw in letters(thread)]
    raws += [raws[LETTERS * number] for number in range(COPIES)]
    raws += [
        mail(f"s{number}", f"single-{number}@client.example", subject=f"Alone {number}") for number in range(SINGLES)
    ]
    raws.append(bundle(datetime(2026, 11, 2, tzinfo=UTC)))
    random.Random(seed).shuffle(raws)
    return b"".join(_entry(raw.replace(b"\r\n", b"\n")) for raw in raws)


def _entry(raw: bytes) -> bytes:
    lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in raw.splitlines(keepends=True)]
    return b"From MAILER Mon Nov  2 09:00:00 2026\n" + b"".join(lines) + b"\n"
