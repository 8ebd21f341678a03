"""Keys: every way in which one cannot be used is a refusal for good, in a sentence that names the setting."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from pydantic import ValidationError
from structlog.testing import capture_logs

from tests.archive.signing.conftest import Making, judged
from tests.needs import needs
from tests.wire.authority.certomancer import PASSWORD, Pki
from waypost.archive.signing import metrics
from waypost.archive.signing.examine import Trust
from waypost.archive.signing.levels import Level
from waypost.archive.signing.refusals import SigningKeyUnusable
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.watching import watched
from waypost.platform.http.hardening import Hardening
from waypost.platform.settings import SettingRefused

pytestmark = pytest.mark.anyio
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


async def refusal(make: Making, pdf: bytes, **said: object) -> str:
    """What an operator reads."""
    with pytest.raises(SigningKeyUnusable) as refused:
        await make(tsa_enabled=False, **said).seal(pdf)
    assert not refused.value.again and refused.value.code == "signing_key_unusable"
    assert PASSWORD.decode() not in refused.value.detail
    return refused.value.detail


async def test_a_file_that_is_not_there(make: Making, pdf: bytes, tmp_path: Path) -> None:
    said = await refusal(make, pdf, pfx_path=tmp_path / "none.pfx")
    assert "SIGNING_PFX_PATH" in said and "No such file" in said


async def test_a_wrong_password(make: Making, pdf: bytes) -> None:
    said = await refusal(make, pdf, pfx_password="wrong")
    assert "PKCS#12" in said and "SIGNING_PFX_PASSWORD" in said


async def test_no_password_at_all(make: Making, pdf: bytes) -> None:
    assert "SIGNING_PFX_PASSWORD" in await refusal(make, pdf, pfx_password=None)


async def test_a_file_without_its_key(make: Making, pdf: bytes, pki: Pki, tmp_path: Path) -> None:
    path = tmp_path / "certificates.pfx"
    content = pkcs12.serialize_key_and_certificates(
        None, None, None, [pki.certificate("root")], BestAvailableEncryption(PASSWORD)
    )
    path.write_bytes(content)
    assert "no private key" in await refusal(make, pdf, pfx_path=path)


async def test_a_certificate_that_ended(make: Making, pdf: bytes, pki: Pki) -> None:
    assert "expired on 2024-01-01" in await refusal(make, pdf, pfx_path=pki.pfx("past"))


async def test_a_certificate_is_judged_whenever_it_is_used(make: Making, pdf: bytes) -> None:
    signer = make(tsa_enabled=False)
    assert "certificate until 2090-01-01" in await signer.check()
    signer.clock = lambda: datetime(2091, 1, 1, tzinfo=UTC)
    with pytest.raises(SigningKeyUnusable, match="expired on 2090-01-01"):
        await signer.check()
    signer.clock = lambda: datetime(2023, 1, 1, tzinfo=UTC)
    with pytest.raises(SigningKeyUnusable, match="not valid before 2024-01-01"):
        await signer.seal(pdf)


async def test_two_files_instead_of_one(make: Making, pdf: bytes, pki: Pki, tmp_path: Path, trust: Trust) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(b"".join((pki.folder / "certs" / f"{one}.pem").read_bytes() for one in ("signer", "middle")))
    key = load_pem_private_key((pki.folder / "keys" / "signer.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    locked = tmp_path / "key.pem"
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"shut")))
    pair = {"pfx_path": None, "cert_path": chain, "key_path": locked}
    sealed = await make(**pair, key_password="shut", tsa_enabled=False).seal(pdf)
    assert (await judged(sealed.pdf, trust)).trusted
    assert "SIGNING_KEY_PASSWORD" in await refusal(make, pdf, **pair, key_password="open")


async def test_a_key_of_another_certificate(make: Making, pdf: bytes, pki: Pki) -> None:
    pair = {"cert_path": pki.folder / "certs" / "signer.pem", "key_path": pki.folder / "keys" / "tsa.pem"}
    assert "does not belong" in await refusal(make, pdf, pfx_path=None, **pair)


async def test_keys_on_elliptic_curves_sign(make: Making, pdf: bytes, pki: Pki) -> None:
    pair = {"cert_path": pki.folder / "certs" / "tsa.pem", "key_path": pki.folder / "keys" / "tsa.pem"}
    sealed = await make(pfx_path=None, tsa_enabled=False, **pair).seal(pdf)
    root = Trust((pki.root.read_bytes(),), datetime.now(UTC), system=False)
    assert (await judged(sealed.pdf, root)).intact


async def test_a_key_in_a_token(
    make: Making, pdf: bytes, pki: Pki, tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = needs("softhsm2-util")
    module = module_of_softhsm()
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    fill_token(tool, module, pki, tmp_path)
    token = {"pfx_path": None, "pkcs11_module": module, "pkcs11_token_label": "acme", "pkcs11_key_label": "archive"}
    signer = make(**token, pkcs11_pin="1234")
    sealed = await signer.seal(pdf)
    assert sealed.level is Level.T and (await judged(sealed.pdf, trust)).trusted
    assert "does not open" in await refusal(make, pdf, **{**token, "pkcs11_token_label": "globex"}, pkcs11_pin="1234")
    assert "no PKCS#11 library" in await refusal(make, pdf, **{**token, "pkcs11_module": "/nowhere.so"})


def module_of_softhsm() -> str:
    """Its library, where Debian and others put it."""
    return next(path for path in MODULES if os.path.exists(path))


def fill_token(tool: str, module: str, pki: Pki, folder: Path) -> None:
    """A token that holds the signer's key, its certificate and those above it."""
    import pkcs11
    from asn1crypto import pem
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    start = [tool, "--init-token", "--free", "--label", "acme", "--pin", "1234", "--so-pin", "4321"]
    subprocess.run(start, check=True, capture_output=True)
    library = pkcs11.lib(module)
    library.reinitialize()
    key = load_pem_private_key((pki.folder / "keys" / "signer.pem").read_bytes(), None)
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with library.get_token(token_label="acme").open(rw=True, user_pin="1234") as session:
        rights = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "archive"}
        private = {**decode_rsa_private_key(der), **rights, pkcs11.Attribute.SIGN: True}
        session.create_object(private)
        for label, name in (("archive", "signer"), ("above", "middle"), ("top", "root")):
            content = pem.unarmor((pki.folder / "certs" / f"{name}.pem").read_bytes())[2]
            certificate = {**decode_x509_certificate(content), pkcs11.Attribute.TOKEN: True}
            session.create_object({**certificate, pkcs11.Attribute.LABEL: label})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"enabled": True}, "SIGNING_ENABLED needs SIGNING_PFX_PATH"),
        ({"tsa_enabled": True}, "TSA_ENABLED needs TSA_URL"),
        ({"tsa_user": "alice"}, "TSA_USER and TSA_PASS"),
        ({"tsa_pass": "secret"}, "TSA_USER and TSA_PASS"),
        ({"level": "B-X"}, "B-LTA"),
        ({"tsa_timeout_seconds": 0}, "greater than 0"),
    ],
)
async def test_settings_that_do_not_fit_stop_the_start(said: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        SigningSettings(**said)  # type: ignore[arg-type]  # each case is one wrong pair


async def test_documented_names_and_defaults(monkeypatch: pytest.MonkeyPatch, pki: Pki) -> None:
    for name in ("SIGNING_ENABLED", "TSA_ENABLED", "TSA_URL", "SIGNING_REASON"):
        monkeypatch.delenv(name, raising=False)
    found = SigningSettings()
    assert (found.enabled, found.reason, found.location) == (False, "Ticket Archivierung", "Datacenter")
    assert (found.tsa_enabled, found.tsa_url, found.tsa_timeout_seconds) == (False, None, 10)
    monkeypatch.setenv("SIGNING_ENABLED", "true")
    monkeypatch.setenv("SIGNING_PFX_PATH", str(pki.pfx()))
    monkeypatch.setenv("TSA_URL", "https://one.example/")
    monkeypatch.setenv("TSA_URLS", "https://two.example/, https://one.example/ https://three.example/")
    monkeypatch.setenv("SIGNING__PADES__REASON", "nested wins")
    monkeypatch.setenv("SIGNING_REASON", "flat")
    found = SigningSettings()
    assert found.reason == "nested wins" and found.enabled
    assert found.addresses == ("https://one.example/", "https://two.example/", "https://three.example/")
    assert "***" in repr(SigningSettings(pfx_password="x").pfx_password)


@pytest.mark.parametrize("address", ["http://tsa.example/", "https://localhost/tsa", "https://127.0.0.1/", "tsa"])
async def test_addresses_that_are_not_allowed_stop_the_start(make: Making, address: str) -> None:
    with pytest.raises(SettingRefused, match="TSA_URL"):
        make(rules=Hardening(), tsa_url=address)


def test_nothing_large_is_loaded_before_it_is_used() -> None:
    code = "import sys, waypost.archive.signing.opening; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert all(f"'{name}'" not in loaded for name in ("pyhanko", "asn1crypto", "pyhanko_certvalidator", "pkcs11"))


async def test_a_worker_looks_at_its_key(make: Making, pki: Pki) -> None:
    for name, said in (("signer", "certificate until 2090-01-01"), ("past", "expired on 2024-01-01")):
        signer = make(pfx_path=pki.pfx(name), tsa_enabled=False)
        with capture_logs() as lines:
            async with watched(signer, timedelta(seconds=0.01)):
                for _ in range(500):
                    await asyncio.sleep(0 if len(lines) >= 2 else 0.01)
        assert all(said in str(line) and line["event"] == "archive.signing_key" for line in lines)
    assert metrics.KEY_EXPIRES._value.get() < 0
