"""What a finished seal says of itself: the record's draft, and the sidecar that the log covers. Pure."""

from collections.abc import Sequence
from functools import partial

from waypost.archive.places.placement import Placing
from waypost.archive.places.plan import Plan
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import Attached, Signing, Told, Volume, sidecar
from waypost.archive.records.draft import Described, Draft, DraftFile, Slot, weakest
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.seals import seal_of
from waypost.archive.sealing.snapshot import File, Snapshot
from waypost.archive.signing.levels import Level, Sealed

Named = Sequence[tuple[str, File]]


def draft_of(request: ArchiveRequest, snapshot: Snapshot, placing: Placing, shelf: Shelf, wanted: Level) -> Draft:
    """Everything that `records.reserve` needs to know."""
    subject = snapshot.subject
    customer = subject.customer
    return Draft(
        request_id=request.id,
        kind=request.kind,
        source=request.source,
        ref=request.ref,
        number=subject.number,
        title=subject.title,
        sealed=[seal_of(one["seal"]) for one in request.sealed],
        wanted=wanted,
        describe=partial(described, request, snapshot, placing, shelf, wanted),
        customer=customer.name or customer.email or customer.login or "",
        customer_email=customer.email or "",
        closed_at=subject.closed_at,
        articles=len(snapshot.articles),
        snapshot_key=request.snapshot_key,
        snapshot_sha256=request.snapshot_sha256,
        template_version=request.template_version,
        blob_keys=_keys(request),
    )


def described(
    request: ArchiveRequest, snapshot: Snapshot, placing: Placing, shelf: Shelf, wanted: Level, slot: Slot
) -> Described:
    """The sidecar without its evidence, and the files it speaks of."""
    plan = shelf.plan(placing, moment=slot.moment, version=slot.number, record_id=slot.record_id)
    names = attached_names(plan, snapshot)
    told = _told(request, snapshot, names, wanted, slot)
    volumes = [DraftFile("pdf", plan.pdf(at), one["sha256"], one["size"]) for at, one in enumerate(request.sealed, 1)]
    attached = [DraftFile("attachment", name, one.sha256 or "", one.size or 0, one.filename) for name, one in names]
    return Described(sidecar(plan, told), [*volumes, *attached])


def attached_names(plan: Plan, snapshot: Snapshot) -> Named:
    """Attachments whose bytes are kept, each with a name of its own beside the PDF.

    Pictures within a text and raw messages are in the PDF itself.
    """
    named: dict[str, File] = {}
    for article in snapshot.articles:
        for one in article.files:
            if one.fate == "kept" and one.role == "attachment" and one.sha256:
                named.setdefault(_free(plan, one, named), one)
    return list(named.items())


def _free(plan: Plan, one: File, taken: dict[str, File]) -> str:
    """The documented name; what would be equal (on a share: but for its case) gets a mark of its content or turn."""
    used = {name.casefold() for name in taken}
    name = plan.attachment(one.article_id, one.attachment_id, one.filename)
    turn = 0
    while name.casefold() in used:
        mark = (one.sha256 or "")[:8] + (f"-{turn}" if turn else "")
        name, turn = plan.attachment(one.article_id, one.attachment_id, one.filename, mark=mark), turn + 1
    return name


def _told(request: ArchiveRequest, snapshot: Snapshot, names: Named, wanted: Level, slot: Slot) -> Told:
    subject, pages = snapshot.subject, request.rendered[0] if request.rendered else {}
    return Told(
        kind=request.kind,
        source=request.source,
        ref=request.ref,
        number=subject.number,
        title=subject.title,
        created_at=slot.moment,
        volumes=[Volume(one["sha256"], one["size"], one["articles"]) for one in request.sealed],
        signing=_signing(weakest([seal_of(one["seal"]) for one in request.sealed]), wanted),
        attachments=[_attached(name, one) for name, one in names],
        predecessor=slot.predecessor,
        snapshot_sha256=request.snapshot_sha256,
        template_version=request.template_version,
        locale=pages.get("locale"),
        zone=pages.get("zone"),
        tags=subject.tags,
        article_ids=[one.id for one in snapshot.articles],
        omissions=[*snapshot.omissions, *(note for one in request.rendered for note in one["notes"])],
        request_id=request.wire_request_id,
    )


def _signing(seal: Sealed | None, wanted: Level) -> Signing:
    if seal is None:
        return Signing(wanted=wanted.value)
    return Signing(
        level=seal.level.value,
        wanted=wanted.value,
        reason=seal.reason,
        cert_fingerprint=seal.signer_fingerprint,
        signer=seal.signer_subject,
        signed_at=seal.signed_at,
        tsa=seal.tsa,
        timestamp_at=seal.timestamp_at,
    )


def _attached(name: str, one: File) -> Attached:
    return Attached(name, one.article_id, one.attachment_id, one.filename, one.sha256 or "", one.size or 0)


def _keys(request: ArchiveRequest) -> list[str]:
    """What erasure has to delete from the store beside the snapshot. Pages without a signature are swept before."""
    return list(dict.fromkeys([*request.blobs.values(), *(one["key"] for one in request.sealed)]))
