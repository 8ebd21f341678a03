"""What a PDF carries already: signature, timestamps, evidence for later. It does not judge; `examine` does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import cms, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from waypost.archive.signing.levels import Level
from waypost.archive.signing.refusals import SealFailed


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate and those that came along with it."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    authority: bool = False
    """Of a time-stamping authority."""


@dataclass(frozen=True, slots=True)
class Look:
    """How far a file has come."""

    signer: Chain | None
    signed_at: datetime | None
    token: cms.SignedData | None
    """Signature timestamp."""
    stamps: tuple[cms.SignedData, ...]
    """Document timestamps, oldest first."""
    evidence: bool
    """Whether it holds OCSP answers or revocation lists."""
    sealed: bool
    """Whether a document timestamp lies above such evidence."""

    @property
    def level(self) -> Level:
        """What the parts amount to when all of them are good."""
        if self.signer is None:
            return Level.NONE
        if self.token is None:
            return Level.DSS if self.stamps else Level.B
        if not self.evidence:
            return Level.T
        return Level.LTA if self.stamps and self.sealed else Level.LT

    def chains(self) -> list[Chain]:
        """Everybody whose certificate should be shown to have been good: signer first, then authorities."""
        authorities = [chain_of(data) for data in (self.token, *self.stamps) if data is not None]
        return [*([self.signer] if self.signer else []), *authorities]


def look_at(pdf: bytes) -> Look:
    """Refuses with `SealFailed` what cannot be read."""
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = list(reader.embedded_regular_signatures)
        stamps = list(reader.embedded_timestamp_signatures)
        first = signatures[0] if signatures else None
        token = next(extract_tst_data_iter(first.signer_info, signed=False), None) if first else None
        return Look(
            signer=Chain(first.signer_cert, tuple(first.other_embedded_certs)) if first else None,
            signed_at=_moment(first) if first else None,
            token=token,
            stamps=tuple(stamp.signed_data for stamp in stamps),
            evidence=_evidence(reader),
            sealed=any(covers_evidence(reader, stamp) for stamp in stamps),
        )
    except (PdfError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SealFailed(f"The file cannot be read ({type(error).__name__}).") from None


def chain_of(token: cms.SignedData) -> Chain:
    """The authority of a token."""
    found = extract_certificate_info(token)
    return Chain(found.signer_cert, tuple(found.other_certs), authority=True)


def _evidence(reader: PdfFileReader) -> bool:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, ValidationInfoReadingError):
        return False
    return bool(store.ocsps or store.crls)


def covers_evidence(reader: PdfFileReader, stamp: EmbeddedPdfSignature) -> bool:
    """Whether a store of evidence was there when this document timestamp was made."""
    return "/DSS" in reader.get_historical_root(stamp.signed_revision)


def _moment(signature: EmbeddedPdfSignature) -> datetime | None:
    said = signature.self_reported_timestamp
    return said.astimezone(UTC) if said else None
