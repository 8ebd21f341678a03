"""Timestamp tokens (RFC 3161, profile RFC 5816): a request, an answer, and whether the answer is worth anything.

Pure: no network, no clock of its own. Imported by those that ask or look; loads pyHanko.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import SignedDataCerts, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from waypost.archive.signing.refusals import AuthorityRefused, AuthorityUntrusted


class Answer(core.Sequence):  # type: ignore[misc]  # the library has no types
    """TimeStampResp (RFC 3161, 2.4.2); who refuses sends no token, which the library's own class demands."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class Token:
    """The time at which a digest existed, as an authority says it. `der` is the token alone, without its answer."""

    der: bytes = field(repr=False)
    at: datetime
    subject: str
    """The authority's certificate, for people."""
    expires_at: datetime
    """When that certificate ends; the token wants a newer one above it before."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request for one SHA-256 digest; the nonce (64 bits) comes back in the answer or the answer is refused."""

    digest: bytes
    nonce: int = field(default_factory=lambda: secrets.randbits(63) | 1 << 62)

    def der(self) -> bytes:
        """TimeStampReq, certificate requested, no policy."""
        imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": self.digest}
        asked = {"version": 1, "message_imprint": imprint, "nonce": self.nonce, "cert_req": True}
        encoded: bytes = tsp.TimeStampReq(asked).dump()
        return encoded


def read_answer(question: Question, answer: bytes, roots: list[x509.Certificate]) -> Token:
    """The token of a TimeStampResp, after status, imprint, nonce, signature, key usage and chain were checked.

    Refuses with `AuthorityRefused` or, when only the chain is strange to us, `AuthorityUntrusted`.
    """
    token = _granted(answer)
    info = _info(token)
    if info["nonce"].native != question.nonce:
        raise AuthorityRefused("The time-stamping authority answered another request (nonce).")
    return check_token(token.dump(), question.digest, roots)


def check_token(der: bytes, digest: bytes, roots: list[x509.Certificate], at: datetime | None = None) -> Token:
    """A token that was kept: whether it is for this SHA-256 digest and its chain was good at `at` (default: now)."""
    token = _parse(der)
    status = _status(token, digest, roots, at)
    if not (status.intact and status.valid):
        raise AuthorityRefused("The token is not for this file, or its signature is wrong.")
    if not status.trusted:
        raise AuthorityUntrusted
    return _described(token)


def read_token(der: bytes) -> Token:
    """What a token says of itself; refuses with `AuthorityRefused` what is none."""
    return _described(_parse(der))


def _status(
    token: cms.ContentInfo, digest: bytes, roots: list[x509.Certificate], at: datetime | None
) -> TimestampSignatureStatus:
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    checking = validate_tst_signed_data(token["content"], context, lambda _: digest)
    try:
        found = asyncio.run(checking)
    except (SignatureValidationError, ValueError, KeyError, AttributeError) as error:
        raise AuthorityRefused(f"The token cannot be checked ({type(error).__name__}).") from None
    return TimestampSignatureStatus(**found)


def _granted(answer: bytes) -> cms.ContentInfo:
    try:
        parsed = Answer.load(answer, strict=True)
        status = parsed["status"]["status"].native
        said = "; ".join(parsed["status"]["status_string"].native or ())
        failure = ", ".join(sorted(parsed["status"]["fail_info"].native or ()))
    except (ValueError, TypeError, KeyError):
        raise AuthorityRefused("The time-stamping authority answered what is no RFC 3161 response.") from None
    if status not in ("granted", "granted_with_mods"):
        raise AuthorityRefused(
            f"The time-stamping authority refused: {failure or status}{said and f' ({said[:200]})'}."
        )
    token = parsed["time_stamp_token"]
    if not isinstance(token, cms.ContentInfo):
        raise AuthorityRefused("The time-stamping authority granted the request and sent no token.")
    return token


def _parse(der: bytes) -> cms.ContentInfo:
    try:
        token = cms.ContentInfo.load(der, strict=True)
        _info(token)
    except (ValueError, TypeError, KeyError):
        raise AuthorityRefused("This is no RFC 3161 token.") from None
    return token


def _info(token: cms.ContentInfo) -> tsp.TSTInfo:
    info = token["content"]["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo) or info["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        raise AuthorityRefused("The token does not stamp a SHA-256 digest.")
    return info


def _described(token: cms.ContentInfo) -> Token:
    certificate = certificates_of(token).signer_cert
    at: datetime = _info(token)["gen_time"].native
    expires: datetime = certificate.not_valid_after
    return Token(token.dump(), at.astimezone(UTC), certificate.subject.human_friendly, expires.astimezone(UTC))


def certificates_of(token: cms.ContentInfo) -> SignedDataCerts:
    """The authority's certificate and those that came along."""
    try:
        return extract_certificate_info(token["content"])
    except (ValueError, KeyError, AttributeError) as error:
        raise AuthorityRefused(f"The token carries no certificate ({type(error).__name__}).") from None
