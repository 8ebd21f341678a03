"""What lies in the envelope beside the letter: papers, tables, appointments and pictures."""

from datetime import UTC, timedelta
from typing import Any

from demo import mime
from demo.letter import Letter, working_day
from demo.paper import paper
from demo.pictures import picture


def enclosures(letter: Letter) -> list[bytes]:
    return [_enclosed(letter, entry) for entry in letter.attach]


def is_bounce(letter: Letter) -> bool:
    """A delivery report travels in a multipart of its own kind (RFC 6522)."""
    return any("report" in entry for entry in letter.attach)


def inline_pictures(letter: Letter) -> list[bytes]:
    """Pictures shown in the page; its `cid:` addresses are NAME@HOST."""
    return [mime.file(f"{name}.png", "image/png", picture(name), f"{name}@{letter.host}") for name in letter.inline]


def _enclosed(letter: Letter, entry: dict[str, Any]) -> bytes:
    """One attachment; besides `name` the entry has one of: pdf, csv, text, visit, picture, report."""
    name = entry["name"]
    if "pdf" in entry:
        return mime.file(name, "application/pdf", paper(entry["pdf"].strip("\n")))
    if "csv" in entry:
        return mime.file(name, "text/csv", entry["csv"].encode())
    if "picture" in entry:
        return mime.file(name, "image/png", picture(entry["picture"]))
    if "visit" in entry:
        return mime.file(name, "text/calendar; method=REQUEST", _visit(letter, entry["visit"]).encode())
    return _plain(name, entry)


def _plain(name: str, entry: dict[str, Any]) -> bytes:
    if "report" in entry:
        return mime.part(["Content-Type: message/delivery-status"], entry["report"].encode())
    return mime.file(name, "text/plain; charset=utf-8", entry["text"].encode())


def _visit(letter: Letter, visit: dict[str, Any]) -> str:
    """An appointment (RFC 5545): `days` working days after the letter at `hour`, for `hours`."""
    start = working_day(letter.sent_at, visit["days"]).replace(hour=visit["hour"], minute=0, second=0)
    end = start + timedelta(hours=visit["hours"])
    stamp = "%Y%m%dT%H%M%SZ"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Acme Heating//Planner//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        f"UID:{letter.key}@acme.example",
        f"DTSTAMP:{letter.sent_at.astimezone(UTC):{stamp}}",
        f"DTSTART:{start.astimezone(UTC):{stamp}}",
        f"DTEND:{end.astimezone(UTC):{stamp}}",
        f"SUMMARY:{visit['summary']}",
        f"LOCATION:{visit['place']}",
        f"ORGANIZER:mailto:{letter.address}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"
