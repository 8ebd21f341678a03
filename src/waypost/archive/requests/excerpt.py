"""What our books say of a case at the moment it is read: the audit excerpt that its document carries."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from waypost.archive.records import queries as kept_cases
from waypost.archive.records.models import RecordVersion
from waypost.archive.requests import queries
from waypost.archive.requests.models import ArchiveRequest, Delivery
from waypost.archive.sealing.snapshot import AuditLine
from waypost.platform.audit.models import AuditLog
from waypost.platform.work import Work


async def audit_excerpt(work: Work, request: ArchiveRequest) -> tuple[AuditLine, ...]:
    """The wish and its deliveries, the acts of people and machines on the case and its record, the versions before it;
    oldest first, at most a hundred lines of each kind. Ids and hashes, never a word of the case.
    """
    kind, source, ref = request.kind, request.source, request.ref
    record = await kept_cases.by_case(work.db, kind, source, ref)
    asked = [one.id for one in await queries.of_case(work.db, kind, source, ref)]
    things = [*asked, *([record.id] if record else []), *_as_id(ref)]
    lines = [*_wish(request)]
    lines += [_delivered(one) for one in await queries.deliveries_of(work.db, request.id)]
    lines += [_said(*found) for found in await queries.audited(work.db, things)]
    lines += _versions(await kept_cases.versions(work.db, record.id) if record else ())
    return tuple(sorted(lines, key=lambda one: one.at))


def _wish(request: ArchiveRequest) -> Iterator[AuditLine]:
    told = {"request": str(request.id), "forced": request.forced, "wire_request_id": request.wire_request_id}
    by = f"person:{request.asked_by}" if request.asked_by else ""
    yield AuditLine(request.created_at, "archive.request.made", by, told)
    if request.begun_at is not None:
        yield AuditLine(request.begun_at, "archive.request.begun", "", {"request": str(request.id)})


def _delivered(one: Delivery) -> AuditLine:
    told = {"delivery": one.delivery_id, "times": one.times, "body_sha256": one.body_sha256.hex()}
    return AuditLine(one.created_at, "archive.delivery.received", "", told)


def _said(entry: AuditLog, position: int | None, chained: bytes | None) -> AuditLine:
    """An entry with its place in the chain, where it has one by now."""
    by = f"{entry.actor_kind}:{entry.actor_id}" if entry.actor_id else entry.actor_kind
    place = {"position": position, "hash": chained.hex()} if position is not None and chained is not None else {}
    told: dict[str, Any] = {"entry": str(entry.id), "thing": entry.thing, "detail": entry.detail, **place}
    return AuditLine(entry.at, entry.act, by, told | {"thing_id": str(entry.thing_id)})


def _versions(found: Sequence[RecordVersion]) -> list[AuditLine]:
    """Those before this one, each with its leaf in the log of evidence."""
    return [
        AuditLine(
            one.reserved_at,
            "archive.version.reserved",
            "",
            {"version": one.number, "sha256": one.sha256, "log_position": one.log_position, "leaf": one.leaf},
        )
        for one in found
    ]


def _as_id(ref: str) -> Iterator[UUID]:
    """A case of our own house is called by its id, under which the audit log knows it."""
    try:
        yield UUID(ref)
    except ValueError:
        return
