"""The sample company's seal: made on this machine, worth nothing elsewhere, and its name says so."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

NAME = "Waypost demo, not a real seal"
PASSWORD = "demo"
YEARS = timedelta(days=5 * 365)


def lend_seal(folder: Path) -> None:
    """Let this process and its children sign with it, unless the operator has a seal of their own."""
    if os.environ.get("SIGNING_ENABLED") or os.environ.get("SIGNING__ENABLED"):
        return
    pfx, pem = folder / "seal.pfx", folder / "seal.pem"
    if not (pfx.is_file() and pem.is_file()):
        _make(folder, pfx, pem)
    named = {"SIGNING_ENABLED": "true", "SIGNING_PFX_PATH": str(pfx), "SIGNING_PFX_PASSWORD": PASSWORD}
    os.environ.update(named | {"SIGNING_TRUST_PATHS": str(pem)})


def _make(folder: Path, pfx: Path, pem: Path) -> None:
    """Key and certificate in one file, the certificate alone in the other."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    folder.mkdir(parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    certificate = _certificate(key, datetime.now(UTC))
    sealed = serialization.BestAvailableEncryption(PASSWORD.encode())
    packed = pkcs12.serialize_key_and_certificates(NAME.encode(), key, certificate, None, sealed)
    for path, content in ((pem, certificate.public_bytes(serialization.Encoding.PEM)), (pfx, packed)):
        path.touch(mode=0o600)
        path.write_bytes(content)


def _certificate(key: "rsa.RSAPrivateKey", now: datetime) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + YEARS)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"), False)
    usage |= dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    signs = x509.KeyUsage(digital_signature=True, content_commitment=True, **usage)
    return built.add_extension(signs, critical=True).sign(key, hashes.SHA256())
