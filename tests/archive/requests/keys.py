"""A signing key for tests that do not care whose it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

PASSWORD = b"secret"


def pfx(folder: Path) -> Path:
    """A PFX file with a key and its self-signed certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65537, 2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Acme archive")]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    usage = x509.KeyUsage(True, True, *[False] * 7)
    builder = builder.not_valid_after(now + timedelta(days=365)).add_extension(usage, critical=True)
    made = pkcs12.serialize_key_and_certificates(
        b"acme", key, builder.sign(key, SHA256()), None, BestAvailableEncryption(PASSWORD)
    )
    path = folder / "acme.pfx"
    path.write_bytes(made)
    return path
