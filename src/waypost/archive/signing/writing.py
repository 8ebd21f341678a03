"""What is written into a PDF to seal it: behind what is there, never over it (ISO 32000-2, 7.5.6; ETSI EN 319 142-1).

Pure functions of bytes; CPU work for a thread. A place for a signature or a token is reserved first, and filled when
the far side has answered: nothing is signed twice because an authority was slow.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from weakref import WeakKeyDictionary

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData, SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, select_suitable_signing_md
from pyhanko.sign.signers.pdf_cms import Signer as Hand
from pyhanko.sign.validation.dss import DocumentSecurityStore

from waypost.archive.signing.refusals import SealFailed

FIELD = "Signature1"
"""The documented name; a record has one signature, whatever timestamps follow."""
STAMP = "Timestamp{}"
_sizes: WeakKeyDictionary[Hand, int] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Words:
    """What a signature says of itself."""

    reason: str
    location: str
    at: datetime


@dataclass(slots=True)
class Place:
    """A file with room for something between two offsets, and the SHA-256 (or other) digest of all the rest."""

    file: BytesIO
    digest: bytes
    start: int
    end: int

    @property
    def room(self) -> int:
        """Bytes of DER that fit."""
        return (self.end - self.start - 2) // 2

    def filled(self, der: bytes) -> bytes:
        """The file with `der` in its place; what is left over stays zero. Refuses what does not fit."""
        if len(der) > self.room:
            raise SealFailed(f"{len(der)} bytes do not fit into the {self.room} that were kept free.")
        self.file.seek(self.start + 1)
        self.file.write(der.hex().upper().encode())
        return self.file.getvalue()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What later shows that certificates were good: chains, OCSP answers (RFC 6960), revocation lists (RFC 5280)."""

    certificates: tuple[x509.Certificate, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.certificates + other.certificates, self.ocsps + other.ocsps, self.crls + other.crls)


@dataclass(slots=True)
class Signature:
    """A signature as it was made; `value` is what a timestamp of it stamps."""

    place: Place
    container: cms.ContentInfo

    @property
    def value(self) -> bytes:
        """The raw signature."""
        raw: bytes = self.container["content"]["signer_infos"][0]["signature"].native
        return raw

    def plain(self) -> bytes:
        """The file at level B."""
        return self.place.filled(self.container.dump())

    def with_time(self, token: bytes) -> bytes:
        """The file with a signature timestamp (CAdES `signature-time-stamp`), which no byte range covers."""
        container = self.container.copy()
        attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]})
        container["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
        return self.place.filled(container.dump())


def sign(pdf: bytes, hand: Hand, words: Words, room: int) -> Signature:
    """An invisible PAdES signature (ETSI.CAdES.detached); `room` bytes are kept free for a token within it."""
    assert hand.signing_cert is not None
    algorithm = select_suitable_signing_md(hand.signing_cert.public_key)
    size = _size(hand, algorithm) + room
    placeholder = SignatureObject(
        timestamp=words.at,
        subfilter=SigSeedSubFilter.PADES,
        location=words.location or None,
        reason=words.reason or None,
        bytes_reserved=2 * size,
    )
    place = _reserve(_writer(pdf), FIELD, "Signature", placeholder, algorithm)
    return Signature(place, _container(hand, place.digest, algorithm))


def with_evidence(pdf: bytes, evidence: Evidence) -> bytes:
    """The file with a Document Security Store in a revision of its own."""
    writer = _writer(pdf)
    _store(writer, evidence)
    target = BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call]  # the library has no types here
    return target.getvalue()


def reserve_stamp(pdf: bytes, evidence: Evidence | None, number: int, room: int) -> Place:
    """Room for a document timestamp (`ETSI.RFC3161`); `evidence` goes into the same revision, below the timestamp."""
    writer = _writer(pdf)
    if evidence is not None:
        _store(writer, evidence)
    placeholder = DocumentTimestamp(bytes_reserved=2 * room)  # type: ignore[no-untyped-call]  # as above
    return _reserve(writer, STAMP.format(number), "Timestamp", placeholder, "sha256")


def _size(hand: Hand, algorithm: str) -> int:
    """Bytes of a container without a token: the same for all of a hand's files, and half the work of signing one."""
    if hand not in _sizes:
        _sizes[hand] = len(_container(hand, bytes(64), algorithm, dry=True).dump())
    return _sizes[hand]


def _container(hand: Hand, digest: bytes, algorithm: str, *, dry: bool = False) -> cms.ContentInfo:
    making = hand.async_sign(
        digest, algorithm, dry_run=dry, use_pades=True, signed_attr_settings=PdfCMSSignedAttributes()
    )
    return asyncio.run(making)


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """Objects begin on a line of their own (ISO 19005-3, 6.1.9), also behind a file without a last line break."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
    except (PdfError, ValueError, KeyError) as error:
        raise SealFailed(f"This is no PDF that can be signed ({type(error).__name__}).") from None
    writer.ensure_output_version(version=(1, 7))  # type: ignore[no-untyped-call]  # as above
    if writer.output_version < (2, 0):
        writer.register_extension(constants.ESIC_EXTENSION_1)
    return writer


def _reserve(
    writer: IncrementalPdfFileWriter, field: str, label: str, placeholder: PdfSignedData, algorithm: str
) -> Place:
    spec = SigFieldSpec(sig_field_name=field, readable_field_name=label)
    try:
        steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field_name=field, writer=writer)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=placeholder))
        prepared, file = steps.send(SigIOSetup(md_algorithm=algorithm))
    except (SigningError, PdfError) as error:
        raise SealFailed(f"The file takes no signature: {error}") from None
    return Place(file, prepared.document_digest, prepared.reserved_region_start, prepared.reserved_region_end)


def _store(writer: IncrementalPdfFileWriter, evidence: Evidence) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=evidence.certificates, ocsps=evidence.ocsps, crls=evidence.crls
    )
