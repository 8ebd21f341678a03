"""A volume as data for a template: every word of it is a value, none is ever read as Typst."""

import json
from datetime import UTC
from typing import Any

from waypost.archive.sealing.articles import Desk, article_data, file_data, one_line, party
from waypost.archive.sealing.enclosing import Enclosed
from waypost.archive.sealing.fonts import CODE, TEXT
from waypost.archive.sealing.runs import breakable
from waypost.archive.sealing.snapshot import SCHEMA, Article, Snapshot
from waypost.archive.sealing.volumes import Range

MOST_ROWS = 1_500
"""Rows of the tables of attachments and history; the embedded snapshot holds all of them."""
_MOST_TOLD = 40
PRODUCER = "Waypost"
_OURS = "ticket"
"""The kind of origin whose statuses and priorities have names of ours; elsewhere they are called as people liked."""
_TICKETS = ("zammad", _OURS)
_LONGEST_TITLE = 1_000
_LONGEST_RUNNING = 110


def volume_data(snapshot: Snapshot, part: Range, desk: Desk) -> dict[str, Any]:
    """Everything that `main.typ` and the templates read; see docs in `templates/README.md`."""
    words, title = desk.words, document_title(snapshot, desk)
    mine = snapshot.articles[part.first : part.last]
    articles = [article_data(desk, article, place) for place, article in enumerate(mine, part.first + 1)]
    index = [row for place, article in enumerate(mine, part.first + 1) for row in _index(desk, article, place)]
    events = _events(snapshot, desk) if part.number == 1 else []
    if len(index) > MOST_ROWS or len(events) > MOST_ROWS:
        desk.notes.append(words("note_rows", n=MOST_ROWS))
    told = _told(snapshot, part, desk)
    at = (snapshot.taken_at if snapshot.taken_at.tzinfo else snapshot.taken_at.replace(tzinfo=UTC)).astimezone(UTC)
    return {
        "lang": desk.look.language,
        "region": desk.look.region,
        "fonts": list(TEXT),
        "mono": list(CODE),
        "producer": PRODUCER,
        "title": title,
        "taken": int(at.timestamp()),
        "stamp": [at.year, at.month, at.day, at.hour, at.minute, at.second],
        "running": title if len(title) <= _LONGEST_RUNNING else f"{title[:_LONGEST_RUNNING]}…",
        "foot": _volume_line(part, desk) or words(_case_label(snapshot), number=snapshot.subject.number),
        "words": {name: words.all[name] for name in ("page", "no_articles", "attachments", "history", "proof")},
        "cover": {
            "title": title,
            "subtitle": _volume_line(part, desk),
            "rows": _cover_rows(snapshot, part, desk),
            "warnings": told,
        },
        "articles": articles,
        "after": [words("note_capped", n=part.printed, m=part.every)] if part.is_capped else [],
        "index": index[:MOST_ROWS],
        "index_head": [words(label) for label in ("article_column", "name", "type", "size", "fate")],
        "events": events[:MOST_ROWS],
        "events_head": [words(label) for label in ("when", "what", "who")],
    }


def proof_data(snapshot_sum: str, version: str, inside: list[Enclosed], desk: Desk) -> dict[str, Any]:
    """The proof sheet: what the document holds and how anybody checks it."""
    words = desk.words
    return {
        "how": words.all["proof_how"],
        "rows": [
            [words("proof_snapshot"), snapshot_sum],
            [words("proof_template"), version],
            [words("proof_schema"), str(SCHEMA)],
        ],
        "head": [words("embedded_file"), words("size"), words("sha256")],
        "files": [[breakable(file.name, 24), words("bytes", n=file.size), file.sha256] for file in inside],
        "as_table": len(inside) <= MOST_ROWS,
    }


def document_title(snapshot: Snapshot, desk: Desk) -> str:
    """`Ticket 4711 – The title`."""
    case = desk.words(_case_label(snapshot), number=one_line(snapshot.subject.number))
    title = one_line(snapshot.subject.title)[:_LONGEST_TITLE]
    return f"{case} – {title}" if title else case


def _case_label(snapshot: Snapshot) -> str:
    return "case" if snapshot.origin.kind in _TICKETS else "case_other"


def _volume_line(part: Range, desk: Desk) -> str:
    if part.of == 1:
        return ""
    values = {"n": part.number, "m": part.of, "first": part.first + 1, "last": part.last, "all": part.every}
    return desk.words("volume", **values)


def _told(snapshot: Snapshot, part: Range, desk: Desk) -> list[str]:
    """What a reader must know before anything else."""
    capped = [desk.words("note_capped", n=part.printed, m=part.every)] if part.is_capped else []
    missing = [desk.words("omitted", what=one_line(desk.words.phrase(what))) for what in snapshot.omissions]
    desk.notes[:0] = [*capped, *missing]
    if desk.gallery.unshown:
        desk.notes.append(desk.words("note_pictures", n=desk.gallery.unshown))
    if desk.left_out:
        desk.notes.append(desk.words("note_left_out", n=len(desk.left_out)))
    more = len(desk.notes) - _MOST_TOLD
    return [*desk.notes[:_MOST_TOLD], *([desk.words("more_notes", n=more)] if more > 0 else [])]


def _cover_rows(snapshot: Snapshot, part: Range, desk: Desk) -> list[list[str]]:
    words, subject, origin = desk.words, snapshot.subject, snapshot.origin
    ours = origin.kind == _OURS
    found = {
        "created": desk.at(subject.created_at),
        "updated": desk.at(subject.updated_at),
        "closed": desk.at(subject.closed_at) if subject.closed_at else "",
        "customer": party(subject.customer) or words("empty"),
        "owner": party(subject.owner) or words("empty"),
        "organisation": subject.organisation,
        "group": subject.group,
        "state": words.value("Status", subject.state) if ours else subject.state,
        "priority": words.value("Priority", subject.priority) if ours else subject.priority,
        "tags": ", ".join(subject.tags) or words("empty"),
        "articles": words("articles_counted", n=part.last - part.first, m=part.every),
        "source": " · ".join(filter(None, (origin.kind, origin.key, origin.address))),
        "taken": desk.at(snapshot.taken_at),
        "zone": words("times_in", zone=desk.look.zone),
    }
    own = [[_field(name, desk), _value(value)] for name, value in sorted(subject.custom_fields.items())]
    return [[words(label), one_line(value)] for label, value in found.items() if value] + [row for row in own if row[1]]


def _field(name: str, desk: Desk) -> str:
    """A field of the operator's own, by its name; the archiver's own two have labels."""
    return str(desk.words.all[name]) if name in ("archive_path", "archive_user_mode") else name


def _value(value: Any) -> str:
    """Levels of a list are joined as the archive's paths are."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " > ".join(value)
    return one_line(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _index(desk: Desk, article: Article, place: int) -> list[dict[str, str]]:
    shared = {"place": str(place), "anchor": f"article-{place}"}
    return [{**file_data(desk, article, file), **shared} for file in article.files]


def _events(snapshot: Snapshot, desk: Desk) -> list[list[str]]:
    said = desk.words.event
    return [[desk.at(event.at), one_line(said(event.text)), one_line(event.who)] for event in snapshot.events]
