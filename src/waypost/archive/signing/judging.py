"""Judges chains and tokens at the times that are proven so far, with the evidence that the file itself carries."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import (
    cms_basic_validation,
    extract_tst_data_iter,
    message_imprint_checker,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from waypost.archive.signing.anchors import certificates, trusted
from waypost.archive.signing.examine import Trust
from waypost.archive.signing.levels import Level

SIGNS = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
PADES = "/ETSI.CAdES.detached"
WORDS = {
    "NO_CERTIFICATE_CHAIN_FOUND": "chain_untrusted",
    "OUT_OF_BOUNDS_NO_POE": "certificate_not_valid_then",
    "REVOKED_NO_POE": "certificate_revoked",
    "REVOKED_CA_NO_POE": "certificate_revoked",
    "CHAIN_CONSTRAINTS_FAILURE": "certificate_not_for_this",
    "CRYPTO_CONSTRAINTS_FAILURE": "weak_algorithm",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "weak_algorithm",
}
"""The library's words (ETSI EN 319 102-1) in ours."""
Evidence = Literal["none", "told", "demanded"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One container: a signature's, or a token's."""

    intact: bool
    trusted: bool
    subject: str
    fingerprint: str
    at: datetime | None
    why: tuple[str, ...]


class Judge:
    """Goes back in time: `known` tells it of a trusted timestamp above what it judges next."""

    def __init__(self, reader: PdfFileReader, trust: Trust) -> None:
        self._roots = [one for content in trust.anchors for one in certificates(content)]
        self._roots += trusted((), system=trust.system)
        self._others = [one for content in trust.others for one in certificates(content)]
        self._now = trust.now
        self._elsewhere = trust.proven_at
        self._above: datetime | None = None
        self._lasting = False
        try:
            self._store: DocumentSecurityStore | None = DocumentSecurityStore.read_dss(reader)
        except (NoDSSFoundError, ValidationInfoReadingError):
            self._store = None

    @property
    def moment(self) -> datetime:
        """By when what comes next existed, for all we know."""
        return min(filter(None, (self._above, self._elsewhere)), default=self._now)

    def known(self, at: datetime | None, *, lasting: bool) -> None:
        """A trusted document timestamp; `lasting` when evidence lies below it."""
        self._above, self._lasting = at, self._lasting or lasting

    async def token(self, data: cms.SignedData, imprint: Callable[[str], bytes]) -> Verdict:
        """A timestamp token: its certificate by the time that is proven for it, bad news of its own time included."""
        said = await validate_tst_signed_data(data, self._context(self.moment), imprint)
        at: datetime = said["timestamp"].astimezone(UTC)
        told = await validate_tst_signed_data(data, self._context(at, "told"), imprint)
        return replace(_verdict(said, told), at=at)

    async def signature(self, signature: EmbeddedPdfSignature, timed: Verdict | None) -> Verdict:
        """A signature, at its own timestamp where that is good."""
        at = timed.at if timed is not None and timed.trusted and timed.at else self.moment
        said = await self._basic(signature, self._context(at))
        told = await self._basic(signature, self._context(at, "told"))
        claimed = signature.self_reported_timestamp
        return replace(_verdict(said, told), at=claimed.astimezone(UTC) if claimed else None)

    async def level(
        self, signature: EmbeddedPdfSignature, verdict: Verdict, timed: Verdict | None
    ) -> tuple[Level, list[str]]:
        """How far its proof really reaches, and why not farther."""
        if signature.sig_object.get("/SubFilter") != PADES:
            return Level.NONE, ["not_pades"]
        if timed is None or not timed.trusted:
            why = ["no_signature_timestamp"] if timed is None else ["timestamp_untrusted"]
            return (Level.DSS if self._above else Level.B), why
        if self._store is None or not (self._store.ocsps or self._store.crls):
            return Level.T, ["no_evidence_inside"]
        if signature.signer_cert.self_issued:
            return Level.T, ["self_issued"]
        if not verdict.trusted or not await self._lasts(signature, timed):
            return Level.T, ["evidence_insufficient"]
        return (Level.LTA, []) if self._lasting else (Level.LT, ["no_archive_timestamp"])

    async def _lasts(self, signature: EmbeddedPdfSignature, timed: Verdict) -> bool:
        """Whether the file's own evidence answers for every certificate of the signer's chain and the authority's."""
        assert timed.at is not None
        own = await self._basic(signature, self._context(timed.at, "demanded"))
        token = next(extract_tst_data_iter(signature.signer_info, signed=False))
        imprint = message_imprint_checker(signature.signer_info)
        its = await validate_tst_signed_data(token, self._context(timed.at, "demanded"), imprint)
        return own["trust_problem_indic"] is None and its["trust_problem_indic"] is None

    async def _basic(self, signature: EmbeddedPdfSignature, context: ValidationContext) -> dict[str, Any]:
        digest = signature.compute_digest()
        return await cms_basic_validation(signature.signed_data, digest, context, key_usage_settings=SIGNS)

    def _context(self, at: datetime, evidence: Evidence = "none") -> ValidationContext:
        """Chains at a moment: without looking at evidence, with what the file was told, or demanding it for all.

        Evidence ages: what a file was told ten years ago says nothing about today, but all about that day.
        """
        terms: dict[str, Any] = {
            "trust_roots": self._roots,
            "moment": at,
            "allow_fetching": False,
            "revocation_mode": "require" if evidence == "demanded" else "soft-fail",
            "retroactive_revinfo": True,
        }
        if self._store is None:
            return ValidationContext(other_certs=self._others, crls=[], ocsps=[], **terms)
        if evidence == "none":
            between = [*self._others, *self._store.load_certs()]
            return ValidationContext(other_certs=between, crls=[], ocsps=[], **terms)
        return self._store.as_validation_context({**terms, "other_certs": self._others})


def _verdict(said: dict[str, Any], told: dict[str, Any]) -> Verdict:
    """Of what was told only bad news counts: that nobody answered is no reason to distrust."""
    certificate: x509.Certificate = said["signing_cert"]
    intact = bool(said["intact"] and said["valid"])
    problem = said["trust_problem_indic"]
    if problem is None and told["revocation_details"] is not None:
        problem = told["trust_problem_indic"]
    why = [] if intact else ["digest_mismatch" if not said["intact"] else "signature_wrong"]
    if problem is not None:
        why.append(WORDS.get(problem.name, "chain_untrusted"))
    return Verdict(
        intact=intact,
        trusted=intact and problem is None and said["validation_path"] is not None,
        subject=certificate.subject.human_friendly,
        fingerprint=sha256(certificate.dump()).hexdigest(),
        at=None,
        why=tuple(why),
    )
