"""Write the sample mailbox: `python -m demo.mailbox FOLDER`.

Some sixty mails of the last weeks, told as stories in `stories/*.toml`: one mbox in the order the mails arrived,
and beside it the ones somebody saved by hand as `.eml`.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from demo.bundle import bundle
from demo.letter import stories
from demo.post import Delivery, deliver

MBOX = "acme.mbox"
BUNDLE = "combined-site-reports.eml"


def write(folder: Path, now: datetime | None = None) -> None:
    """Fill `folder` with the mailbox as it looks at `now` (default: this minute); equal `now`, equal bytes."""
    now = (now or datetime.now(UTC)).astimezone(UTC).replace(second=0, microsecond=0)
    folder.mkdir(parents=True, exist_ok=True)
    deliveries = sorted(deliver(stories(now)), key=_arrival)
    (folder / MBOX).write_bytes(b"".join(_mbox_entry(one) for one in deliveries if not one.file))
    for one in deliveries:
        if one.file:
            (folder / one.file).write_bytes(one.raw.replace(b"\n", b"\r\n"))
    (folder / BUNDLE).write_bytes(bundle(now).replace(b"\n", b"\r\n"))


def _arrival(delivery: Delivery) -> tuple[datetime, str]:
    return delivery.at, delivery.letter.key


def _mbox_entry(delivery: Delivery) -> bytes:
    """One entry in mboxrd form (RFC 4155 with reversible quoting of lines that begin with From)."""
    first = f"From {delivery.letter.address} {delivery.at.astimezone(UTC):%a %b %d %H:%M:%S %Y}\n"
    return first.encode() + b"".join(map(_quoted, delivery.raw.splitlines(keepends=True))) + b"\n"


def _quoted(line: bytes) -> bytes:
    return b">" + line if line.lstrip(b">").startswith(b"From ") else line


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m demo.mailbox FOLDER\n")
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
