"""The audit sidecar: the documented keys exactly, and beside them what makes a file provable without any database.

Pure: from facts to a JSON value, and from that to the bytes that stand beside the PDF.
"""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from waypost.archive.places.plan import Plan

SCHEMA = 1
SERVICE = "waypost"


@dataclass(frozen=True, slots=True)
class Volume:
    """One signed PDF."""

    sha256: str
    size: int
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """A file beside the PDF; `name` is that of its part (`Plan.attachment`)."""

    name: str
    article_id: str
    attachment_id: str | None
    filename: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Signing:
    """What really happened, not what was configured."""

    level: str = "none"
    """B-B … B-LTA, or `none`."""
    wanted: str = "none"
    reason: str | None = None
    """Why it is not higher."""
    cert_fingerprint: str | None = None
    signer: str | None = None
    signed_at: datetime | None = None
    tsa: str | None = None
    timestamp_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a sidecar says besides places."""

    kind: str
    source: str
    ref: str
    number: str
    title: str
    created_at: datetime
    volumes: Sequence[Volume]
    signing: Signing = field(default_factory=Signing)
    attachments: Sequence[Attached] = ()
    predecessor: int | None = None
    """Number of the version before."""
    snapshot_sha256: str | None = None
    template_version: str | None = None
    locale: str | None = None
    """Language of the pages, with a region where it has one."""
    zone: str | None = None
    """IANA name of the zone their times are told in."""
    tags: Sequence[str] = ()
    article_ids: Sequence[str] = ()
    omissions: Sequence[str] = ()
    request_id: str | None = None


def sidecar(plan: Plan, told: Told, evidence: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole sidecar; without `evidence` it is the manifest whose hash the log keeps."""
    said = _documented(plan, told) | _ours(plan, told)
    if told.zone:
        said |= {"locale": told.locale, "zone": told.zone}
    if told.attachments:
        said["attachments"] = [_attached(plan, one) for one in told.attachments]
    return said | ({"evidence": dict(evidence)} if evidence else {})


def sidecar_bytes(said: Mapping[str, Any]) -> bytes:
    """UTF-8, sorted keys, two spaces, a line break at the end."""
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _documented(plan: Plan, told: Told) -> dict[str, Any]:
    signing: dict[str, Any] = {"enabled": told.signing.level != "none", "tsa_used": told.signing.tsa is not None}
    if told.signing.cert_fingerprint:
        signing["cert_fingerprint"] = told.signing.cert_fingerprint
    return {
        "ticket_id": int(told.ref) if told.ref.isascii() and told.ref.isdigit() else told.ref,
        "ticket_number": told.number,
        "title": told.title.strip(),
        "created_at": _stamp(told.created_at),
        "storage_path": plan.absolute(plan.pdf()),
        "sha256": told.volumes[0].sha256,
        "signing": signing | _signed(told.signing),
        "service": {"name": SERVICE, "version": _version(), "python": platform.python_version()},
    }


def _signed(signing: Signing) -> dict[str, Any]:
    """What the documented booleans do not say."""
    return {
        "level": signing.level,
        "wanted": signing.wanted,
        "reason": signing.reason,
        "signer": signing.signer,
        "signed_at": _stamp(signing.signed_at),
        "tsa": signing.tsa,
        "timestamp_at": _stamp(signing.timestamp_at),
    }


def _ours(plan: Plan, told: Told) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "record_id": str(plan.record_id),
        "version": plan.version,
        "predecessor": told.predecessor,
        "origin": {"kind": told.kind, "source": told.source, "ref": told.ref},
        "path": plan.path(plan.pdf()),
        "size": told.volumes[0].size,
        "volumes": [
            {"path": plan.path(plan.pdf(at)), "sha256": one.sha256, "size": one.size, "articles": one.articles}
            for at, one in enumerate(told.volumes, 1)
        ],
        "snapshot_sha256": told.snapshot_sha256,
        "template_version": told.template_version,
        "tags": list(told.tags),
        "article_ids": list(told.article_ids),
        "omissions": list(told.omissions),
        "request_id": told.request_id,
    }


def _attached(plan: Plan, one: Attached) -> dict[str, Any]:
    return {
        "storage_path": plan.absolute(one.name),
        "article_id": _number(one.article_id),
        "attachment_id": _number(one.attachment_id),
        "filename": one.filename,
        "sha256": one.sha256,
        "path": plan.path(one.name),
        "size": one.size,
    }


def _number(text: str | None) -> int | str | None:
    """Zammad's ids are numbers in a sidecar; other origins' are as they are."""
    return int(text) if text and text.isascii() and text.isdigit() else text


def _stamp(moment: datetime | None) -> str | None:
    """UTC, whole seconds, `Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _version() -> str:
    try:
        return metadata.version("waypost")
    except metadata.PackageNotFoundError:
        return "unknown"
