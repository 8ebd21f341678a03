"""How long records are kept, as programs read it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from waypost.archive.keeping.models import Certificate, Hold, Release, ReleaseItem, ReleaseWish, RetentionClass, Term
from waypost.archive.keeping.queries import PAGE, Counted
from waypost.archive.records.models import Record
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.places import written


def class_json(kept: RetentionClass, records: int | None = None) -> dict[str, Any]:
    """One class; `records` is how many it decides on."""
    found: dict[str, Any] = {
        "id": kept.id,
        "name": kept.name,
        "priority": kept.priority,
        "years": kept.years,
        "days": kept.days,
        "origin_kind": kept.origin_kind,
        "path_prefix": kept.path_prefix,
        "tag": kept.tag,
        "created_at": kept.created_at,
        "updated_at": kept.updated_at,
    }
    return found if records is None else found | {"records": records}


def classes_json(classes: Sequence[RetentionClass], counts: Mapping[UUID | None, int]) -> dict[str, Any]:
    """All of them in their order, and how many records no class fits."""
    return {"items": [class_json(one, counts.get(one.id, 0)) for one in classes], "for_ever": counts.get(None, 0)}


def hold_json(hold: Hold) -> dict[str, Any]:
    """One hold, standing or lifted."""
    return {
        "id": hold.id,
        "record_id": hold.record_id,
        "reason": hold.reason,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at,
        "log_position": hold.log_position,
        "lifted_by": hold.lifted_by,
        "lifted_at": hold.lifted_at,
        "lifted_because": hold.lifted_because,
        "lifted_log_position": hold.lifted_log_position,
    }


def due_json(found: Sequence[tuple[Record, Term]]) -> dict[str, Any]:
    """A page of what could go now."""
    shown = found[:PAGE]
    last = shown[-1][1] if len(found) > PAGE else None
    cursor = written((last.retain_until, last.record_id)) if last and last.retain_until else None
    items = [_record(record) | {"retain_until": term.retain_until, "class_id": term.class_id} for record, term in shown]
    return {"items": items, "next_cursor": cursor}


def release_json(release: Release, counts: tuple[int, int, int]) -> dict[str, Any]:
    """One list with its counts; the address it is about is nobody's business but its readers'."""
    return {
        "id": release.id,
        "kind": release.kind,
        "state": release.state,
        "reason": release.reason,
        "concerns": release.concerns,
        "made_at": release.made_at,
        "proposed_by": release.proposed_by,
        "proposed_at": release.proposed_at,
        "decided_by": release.decided_by,
        "decided_at": release.decided_at,
        "decided_because": release.decided_because,
        "log_position": release.log_position,
        "ended_at": release.ended_at,
        "records": counts[0],
        "erased": counts[1],
        "kept": counts[2],
    }


def wishes_json(found: Sequence[tuple[ReleaseWish, ArchiveRequest]]) -> list[dict[str, Any]]:
    """Requests of a list whose cases are no records."""
    return [
        {
            "id": item.id,
            "request_id": request.id,
            "number": request.number or None,
            "origin": request.kind,
            "ref": request.ref,
            "state": item.state,
            "because": item.because,
            "ended_at": item.ended_at,
        }
        for item, request in found
    ]


def releases_json(found: Sequence[Counted]) -> dict[str, Any]:
    """A page of lists."""
    shown = found[:PAGE]
    cursor = written((shown[-1].release.made_at, shown[-1].release.id)) if len(found) > PAGE else None
    items = [release_json(one.release, (one.records, one.erased, one.kept)) for one in shown]
    return {"items": items, "next_cursor": cursor}


def items_json(found: Sequence[tuple[ReleaseItem, Record]]) -> dict[str, Any]:
    """A page of a list's records; the cursor is the last one's id."""
    shown = found[:PAGE]
    items = [
        _record(record)
        | {
            "id": item.id,
            "state": item.state,
            "because": item.because,
            "until": item.until,
            "certificate_id": item.certificate_id,
            "ended_at": item.ended_at,
        }
        for item, record in shown
    ]
    return {"items": items, "next_cursor": str(shown[-1][0].id) if len(found) > PAGE else None}


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """The certificate, and where the log holds its hash."""
    return {
        "id": certificate.id,
        "record_id": certificate.record_id,
        "release_id": certificate.release_id,
        "at": certificate.at,
        "sha256": certificate.sha256,
        "log_position": certificate.log_position,
        "leaf": certificate.leaf,
        "content": certificate.content,
    }


def certificates_json(found: Sequence[Certificate]) -> dict[str, Any]:
    """A page of certificates."""
    shown = found[:PAGE]
    cursor = written((shown[-1].at, shown[-1].id)) if len(found) > PAGE else None
    return {"items": [certificate_json(one) for one in shown], "next_cursor": cursor}


def _record(record: Record) -> dict[str, Any]:
    return {"record_id": record.id, "number": record.number, "title": record.title, "origin": record.origin_kind}
