"""Mails that the tests of the browser change: one for each, so that none finds another's traces."""

from pathlib import Path

from tests.ticketing.desk import mail

MATTERS = ("close", "note", "assign", "wait", "plain", "reopen", "reply", "mention", "palette", "presence")
INBOX = "support@acme.example"


def subject_of(matter: str) -> str:
    """How its ticket is found."""
    return f"Matter of {matter}"


def write(folder: Path, *names: str) -> None:
    """One `.eml` for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        raw = mail(f"matter-{name}", f"{name}@client.example", to=INBOX, subject=subject_of(name))
        (folder / f"{name}.eml").write_bytes(raw)
