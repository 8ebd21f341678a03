"""Trying a template out: a small made-up case in it, so that its mistakes show at the start and not with each case.

`python -m waypost.archive.sealing.preview ROOT NAME LOCALE ZONE` writes the PDF to its output.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from waypost.archive.sealing.look import Look, LookRefused
from waypost.archive.sealing.snapshot import Article, Event, File, Origin, Party, Snapshot, Subject

_SECONDS = 60
_MOST_TOLD = 300


def sample() -> Snapshot:
    """A case with one of everything that a template may meet."""
    began = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    anna = Party("5", "anna", "anna@example.com", "Anna Müller")
    question = Article(
        "1",
        began,
        False,
        "Anna Müller <anna@example.com>",
        "Heating fails",
        "<p>It is <b>cold</b> here:</p><ul><li>kitchen</li><li>bath</li></ul>"
        "<table><tr><th>Room</th><th>°C</th></tr><tr><td>Bath</td><td>11</td></tr></table>",
        "It is cold here: kitchen, bath",
        to="support@example.com",
        kind="email",
        author="customer",
        files=(File("1", "7", "plan.pdf", "application/pdf", 120_000, None, "failed", "the server answered 500"),),
    )
    note = Article("2", began + timedelta(hours=1), True, "Bob", "", "", "Technician is on the way.", author="agent")
    subject = Subject(
        "1", "4711", "Heating fails", began, began + timedelta(days=1), state="closed", customer=anna, tags=("heating",)
    )
    closed = Event(began + timedelta(days=1), "closed", "Bob")
    return Snapshot(
        Origin("ticket", ""), began + timedelta(days=2), subject, (question, note), (closed,), ("A sample.",)
    )


def preview(look: Look) -> bytes:
    """The sample in this look, made in a process of its own; refuses with the engine's words (LookRefused)."""
    with tempfile.TemporaryDirectory(prefix="waypost-preview-") as folder:
        command = [
            sys.executable,
            "-m",
            __name__,
            str(look.templates_root or ""),
            look.template,
            look.locale,
            look.zone,
        ]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise LookRefused(f"The template {look.template} takes more than {_SECONDS} s for a small case.") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()[-_MOST_TOLD:]
        raise LookRefused(f"The template {look.template} does not work: {told}")
    return done.stdout


def lint(look: Look) -> None:
    """Refuse a template that cannot print the sample (LookRefused)."""
    preview(look)


def main(root: str, template: str, locale: str, zone: str) -> int:
    """The other process."""
    from waypost.archive.sealing.compiling import PagesRefused
    from waypost.archive.sealing.printing import print_directly

    look = Look(template=template, locale=locale, zone=zone, templates_root=Path(root) if root else None)
    try:
        sys.stdout.buffer.write(print_directly(sample(), look)[0])
    except (PagesRefused, LookRefused) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
