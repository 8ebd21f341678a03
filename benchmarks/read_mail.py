"""How long one process needs to read a mail: `python -m benchmarks.read_mail [COUNT]`.

CPU milliseconds a mail over a generated set like that of a working day (texts with HTML, quoted history, every fifth
with a PDF); beside it the standard library's parser alone on the same mails, as a measure of the machine.
"""

import email
import statistics
import sys
import time
from collections.abc import Callable

from tests.wire.ordinary import ordinary_mails
from waypost.ticketing.intake.mime import read_mail

_ROUNDS = 3


def main() -> None:
    """Print the size of the set, ours and the standard library's parse."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    mails = list(ordinary_mails(count, 1))
    sizes = sorted(len(raw) for raw in mails)
    ours, parser = _milliseconds(read_mail, mails), _milliseconds(email.message_from_bytes, mails)
    sys.stdout.write(
        f"{count} mails, median {sizes[count // 2] / 1024:.1f} KiB, mean {sum(sizes) / count / 1024:.1f} KiB\n"
        f"read_mail                     {ours:6.2f} ms CPU a mail\n"
        f"email parser alone, compat32  {parser:6.2f} ms CPU a mail\n"
    )


def _milliseconds(read: Callable[[bytes], object], mails: list[bytes]) -> float:
    """Median of a few rounds, after one that warms up."""
    read(mails[0])
    return statistics.median(_round(read, mails) for _ in range(_ROUNDS))


def _round(read: Callable[[bytes], object], mails: list[bytes]) -> float:
    started = time.process_time()
    for raw in mails:
        read(raw)
    return (time.process_time() - started) / len(mails) * 1000


if __name__ == "__main__":
    main()
