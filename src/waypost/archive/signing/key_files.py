"""The signing key in files: a PFX (PKCS#12, RFC 7292), or a certificate and a key (PEM, DER). Knows no PDF.

Loads the `cryptography` library's certificates, so it is imported by those that sign or look, never at start.
"""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

from waypost.archive.signing.refusals import SigningKeyUnusable
from waypost.archive.signing.terms import KeyTerms


@dataclass(frozen=True, slots=True)
class Material:
    """What was in the files; the chain is in no order and may hold the root."""

    key: PrivateKeyTypes = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def read_key(terms: KeyTerms) -> Material:
    """The key with its certificate; refuses with `SigningKeyUnusable`, a sentence that names the file."""
    found = _from_pfx(terms.pfx, terms.password) if terms.pfx else _from_pair(terms)
    if _public(found.key.public_key()) != _public(found.certificate.public_key()):
        raise SigningKeyUnusable("The signing key does not belong to the signing certificate.")
    return found


def _from_pfx(path: Path, password: bytes | None) -> Material:
    content = _content(path, "PKCS#12 file (SIGNING_PFX_PATH)")
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(content, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        said = "does not open with the password given (SIGNING_PFX_PASSWORD), or is damaged"
        raise SigningKeyUnusable(f"The PKCS#12 file {path} {said}.") from None
    if key is None or certificate is None:
        missing = "no private key" if key is None else "no certificate for its key"
        raise SigningKeyUnusable(f"The PKCS#12 file {path} holds {missing}.")
    return Material(key, certificate, tuple(above))


def _from_pair(terms: KeyTerms) -> Material:
    assert terms.certificate is not None and terms.key is not None
    certificates = read_certificates(_content(terms.certificate, "certificate (SIGNING_CERT_PATH)"))
    if not certificates:
        raise SigningKeyUnusable(f"{terms.certificate} (SIGNING_CERT_PATH) holds no certificate.")
    content = _content(terms.key, "key (SIGNING_KEY_PATH)")
    load = load_pem_private_key if b"-----BEGIN" in content else load_der_private_key
    try:
        key = load(content, terms.password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        said = "is no private key that opens with the password given (SIGNING_KEY_PASSWORD)"
        raise SigningKeyUnusable(f"{terms.key} {said}.") from None
    return Material(key, certificates[0], tuple(certificates[1:]))


def read_certificates(content: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM file in its order, or the one of a DER file; none where there is none."""
    try:
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError:
        return []


def _content(path: Path, what: str) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise SigningKeyUnusable(f"The {what} at {path} cannot be read: {error.strerror}.") from None


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
