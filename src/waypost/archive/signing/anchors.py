"""Certificates that are trusted: from files and folders that the operator names, and from the system."""

import ssl
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from asn1crypto import pem, x509

from waypost.archive.signing.refusals import ChainUntrusted

ENDINGS = {".pem", ".crt", ".cer", ".der"}


def trusted(paths: Iterable[Path], *, system: bool = True) -> list[x509.Certificate]:
    """All of them; refuses with `ChainUntrusted` what cannot be read."""
    named = [one for path in paths for one in _below(path.expanduser())]
    return [*named, *_system()] if system else named


def certificates(content: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM file in its order, or the one of a DER file; refuses with ValueError."""
    if not pem.detect(content):
        return [_whole(content)]
    return [_whole(der) for kind, _, der in pem.unarmor(content, multiple=True) if "CERTIFICATE" in kind]


def _whole(der: bytes) -> x509.Certificate:
    """Parsed to the last member now, and not when somebody first looks at it."""
    certificate = x509.Certificate.load(der, strict=True)
    _ = certificate.subject.native, certificate.public_key.native
    return certificate


def _below(path: Path) -> Iterator[x509.Certificate]:
    files = sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS) if path.is_dir() else [path]
    for file in files:
        try:
            yield from certificates(file.read_bytes())
        except OSError as error:
            raise ChainUntrusted(f"The trusted certificates at {file} cannot be read: {error.strerror}.") from None
        except ValueError:
            raise ChainUntrusted(f"{file} holds no certificate (SIGNING_TRUST_PATHS).") from None


@cache
def _system() -> tuple[x509.Certificate, ...]:
    """The system's own, as OpenSSL finds them; those that it cannot read are left out."""
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    return tuple(x509.Certificate.load(der) for der in found)
