"""Certomancer in a process of its own: one root, an issuing CA, a signer, its OCSP and lists, two time authorities."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

CONFIG = Path(__file__).with_name("pki.yml")
PASSWORD = b"open sesame"


@dataclass(frozen=True, slots=True)
class Pki:
    """A CA that answers; `folder` holds keys and certificates by name."""

    folder: Path
    url: str

    @property
    def tsa(self) -> str:
        """The time authority's address."""
        return f"{self.url}/acme/tsa/tsa"

    @property
    def short_tsa(self) -> str:
        """Another, whose certificate ends in 30 days."""
        return f"{self.url}/acme/tsa/short"

    @property
    def root(self) -> Path:
        """The certificate to trust."""
        return self.folder / "certs" / "root.pem"

    def certificate(self, name: str) -> x509.Certificate:
        """By its name in the configuration."""
        return x509.load_pem_x509_certificate((self.folder / "certs" / f"{name}.pem").read_bytes())

    def pfx(self, name: str = "signer", *, chain: tuple[str, ...] = ("middle", "root")) -> Path:
        """A PKCS#12 file with this certificate, its key and those above it; the password is `PASSWORD`."""
        path = self.folder / f"{name}-{len(chain)}.pfx"
        if not path.exists():
            key = load_pem_private_key((self.folder / "keys" / "signer.pem").read_bytes(), None)
            assert isinstance(key, rsa.RSAPrivateKey)
            above = [self.certificate(one) for one in chain]
            path.write_bytes(
                pkcs12.serialize_key_and_certificates(
                    b"archive", key, self.certificate(name), above, BestAvailableEncryption(PASSWORD)
                )
            )
        return path


@contextmanager
def running(folder: Path) -> Iterator[Pki]:
    """The CA for as long as the block lasts."""
    port = free_port()
    prepare(folder, f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "certomancer", *common(folder, f"http://127.0.0.1:{port}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "animate", "--port", str(port), "--no-web-ui"], stdout=log, stderr=log, cwd=folder
        )
        try:
            answer(process, port)
            yield Pki(folder, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(10)


def prepare(folder: Path, url: str) -> None:
    """Keys, configuration and certificates."""
    (folder / "keys").mkdir(parents=True)
    for name in ("root", "middle", "ocsp", "tsa"):
        keep(folder / "keys" / f"{name}.pem", ec.generate_private_key(ec.SECP256R1()))
    keep(folder / "keys" / "signer.pem", rsa.generate_private_key(65537, 2048))
    soon = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    (folder / "pki.yml").write_text(CONFIG.read_text("utf-8").replace("SOON", soon), "utf-8")
    command = [sys.executable, "-m", "certomancer", *common(folder, url), "mass-summon", "--flat", "--no-pfx", "acme"]
    subprocess.run([*command, str(folder / "certs")], check=True, capture_output=True, cwd=folder)
    for made in (folder / "certs").glob("*.cert.pem"):
        made.rename(made.with_name(made.name.replace(".cert", "")))


def common(folder: Path, url: str) -> list[str]:
    """Options before every command."""
    return ["--config", str(folder / "pki.yml"), "--service-url-prefix", url]


def keep(path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    """Write a key without a password."""
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def answer(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until it answers."""
    for _ in range(150):
        assert process.poll() is None, "certomancer ended"
        try:
            with urlopen(f"http://127.0.0.1:{port}/acme/crls/root/latest.crl", timeout=2):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError("certomancer does not answer")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found
