"""A key to sign with, made on the spot: level B-B needs no authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from waypost.archive.signing.opening import open_signing
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.platform.http.hardening import Hardening

_PASSWORD = b"for measuring only"


def signer(folder: Path) -> Signer:
    """Signs at B-B with an RSA key of 2,048 bits in a PFX file."""
    path = folder / "key.pfx"
    path.write_bytes(_pfx())
    settings = SigningSettings(enabled=True, pfx_path=path, pfx_password=SecretStr(_PASSWORD.decode()))
    return open_signing(settings, Hardening())


def _pfx() -> bytes:
    key = rsa.generate_private_key(65_537, 2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Measuring")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"key", key, certificate, None, BestAvailableEncryption(_PASSWORD))
