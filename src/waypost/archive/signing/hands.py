"""Hands that sign: pyHanko's `Signer` over a key in memory, and over one that never leaves its token.

Only `signer` imports this, when it first signs: pyHanko is large.
"""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers.pdf_cms import Signer as Hand
from pyhanko_certvalidator.registry import CertificateStore, SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from waypost.archive.signing.key_files import Material
from waypost.archive.signing.refusals import SigningKeyUnusable
from waypost.archive.signing.terms import TokenTerms

SIGNATURE_BYTES = 512
"""What a dry run answers: as long as the longest usual signature (RSA with 4,096 bits)."""


class FileHand(Hand):
    """Signs with a key that was loaded once; PKCS#1 v1.5 for RSA, which every reader of PDF knows."""

    def __init__(self, material: Material) -> None:
        store: CertificateStore = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # untyped in the library
        store.register_multiple(_parsed(one.public_bytes(Encoding.DER)) for one in material.chain)
        certificate = _parsed(material.certificate.public_bytes(Encoding.DER))
        super().__init__(cert_registry=store, signing_cert=certificate)
        self._key = material.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature over `data`."""
        if dry_run:
            return bytes(SIGNATURE_BYTES)
        digest: HashAlgorithm = get_pyca_cryptography_hash(digest_algorithm)
        match self._key:
            case rsa.RSAPrivateKey():
                return self._key.sign(data, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePrivateKey():
                return self._key.sign(data, ec.ECDSA(digest))
            case ed25519.Ed25519PrivateKey():
                return self._key.sign(data)
        raise SigningKeyUnusable(f"Keys of this kind ({type(self._key).__name__}) cannot sign a PDF.")


def token_hand(terms: TokenTerms) -> Hand:
    """A hand over a PKCS#11 token; its session stays open, and signs for one thread at a time.

    Refuses with `SigningKeyUnusable`.
    """
    try:
        from pkcs11 import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError:
        raise SigningKeyUnusable("Keys in tokens need the extra pkcs11 (pip install 'waypost[pkcs11]').") from None
    if not Path(terms.module).exists():
        raise SigningKeyUnusable(f"There is no PKCS#11 library at {terms.module} (SIGNING_PKCS11_MODULE).")
    criteria = TokenCriteria(label=terms.token_label) if terms.token_label else None
    try:
        session = open_pkcs11_session(str(terms.module), token_criteria=criteria, user_pin=terms.pin)
    except (PKCS11Error, RuntimeError) as error:
        said = f"The token {terms.token_label or ''} does not open (SIGNING_PKCS11_…): {type(error).__name__}."
        raise SigningKeyUnusable(said) from None
    hand = PKCS11Signer(session, cert_label=terms.key_label, key_label=terms.key_label, other_certs_to_pull=None)
    try:
        found = hand.signing_cert
    except PKCS11Error:
        found = None
    if found is None:
        raise SigningKeyUnusable(f"The token holds no key with its certificate labelled {terms.key_label!r}.")
    return hand


def expires_at(hand: Hand) -> datetime:
    """When the certificate ends."""
    ends: datetime = _certificate(hand).not_valid_after
    return ends.astimezone(UTC)


def check_moment(hand: Hand, now: datetime) -> None:
    """Refuse a certificate that is not valid now: what is signed with it would be worth nothing."""
    certificate = _certificate(hand)
    if now < certificate.not_valid_before:
        raise SigningKeyUnusable(
            f"The signing certificate is not valid before {certificate.not_valid_before:%Y-%m-%d}."
        )
    if now > certificate.not_valid_after:
        raise SigningKeyUnusable(f"The signing certificate expired on {certificate.not_valid_after:%Y-%m-%d}.")


def fingerprint(hand: Hand) -> str:
    """SHA-256 of the certificate, hex."""
    return sha256(_certificate(hand).dump()).hexdigest()


def subject(hand: Hand) -> str:
    """Whose certificate it is, for people."""
    return str(_certificate(hand).subject.human_friendly)


def own_roots(hand: Hand) -> list[x509.Certificate]:
    """The roots that came with the key: its owner trusts them for it."""
    known = [_certificate(hand), *hand.cert_registry]
    return [one for one in known if one.self_issued]


def _certificate(hand: Hand) -> x509.Certificate:
    if hand.signing_cert is None:
        raise SigningKeyUnusable("The signing key has no certificate.")
    return hand.signing_cert


def _parsed(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
