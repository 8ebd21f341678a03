"""The page that verifies from the disk: opened as a file in Chromium, nothing leaves it."""

import base64
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.async_api import Page, async_playwright
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.archive.evidence.logbook import Clock, Logbook
from tests.archive.evidence.parcel import Parcel, packed
from tests.archive.evidence.test_offline import certified, flipped, forge_token, signature_of, stranger
from tests.archive.signing.conftest import Making, make, pdf, pki
from tests.browser.conftest import FLAGS
from tests.needs import needs
from tests.wire.authority.certomancer import Pki

__all__ = ["make", "pdf", "pki"]
pytestmark = pytest.mark.anyio
FILE = Path(__file__).parents[3] / "scripts" / "ops" / "waypost-verify.html"
BESIDE = ("pdf", "attachments", "sidecar", "leaf", "inclusion", "checkpoint", "time_proof")
INSIDE = ("signature 1", "signature 2", "coverage")
KEPT: dict[str, bytes] = {}
"""Sealed once."""
WHOLE = dict.fromkeys((*BESIDE, *INSIDE), "OK")


@pytest.fixture
async def parcel(acme: Logbook, clock: Clock, tmp_path: Path, make: Making, pdf: bytes, pki: Pki) -> Parcel:
    """Signed at level B-LTA (an RSA key; authorities with ECDSA), with a batch time proof."""
    signer = make(level="B-LTA")
    if "pdf" not in KEPT:
        KEPT["pdf"] = (await signer.seal(pdf)).pdf
    return await packed(acme, clock, tmp_path / "parcel", KEPT["pdf"], pki.root, signer.authorities)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """The file in a browser without a network; it may not complain."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs("chromium"), args=FLAGS)
        context = await browser.new_context(offline=True)
        opened = await context.new_page()
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        await opened.goto(FILE.as_uri())
        yield opened
        await browser.close()
    assert complaints == []


async def told(page: Page, parcel: Parcel, *more: Path, key: str = "", keys: bool = True) -> dict[str, tuple[str, str]]:
    """State and detail of what each check says of the parcel's files and of `more`; further PDFs by their names."""
    await page.reload()
    await page.fill("#key", key)
    files = [parcel.pdf, parcel.attachment, parcel.beside(".json"), parcel.beside(".proof.json"), *more]
    given = [file for file in (*files, *([parcel.pdf.parents[1] / "keys.txt"] if keys else [])) if file.exists()]
    await page.set_input_files("#files", given)
    count = sum(file.suffix == ".pdf" for file in given)
    await page.wait_for_function("n => document.querySelectorAll('li[data-check=coverage]').length === n", arg=count)
    said = await page.eval_on_selector_all(
        "li[data-check]",
        "all => all.map(one => [one.closest('section').querySelector('h2').textContent, one.dataset.check,"
        " one.className, one.lastChild.textContent])",
    )
    return {(what if name == parcel.pdf.name else f"{name} {what}"): (state, why) for name, what, state, why in said}


async def verdict(page: Page, parcel: Parcel, *more: Path, key: str = "", keys: bool = True) -> dict[str, str]:
    """The states alone."""
    return {name: state for name, (state, _why) in (await told(page, parcel, *more, key=key, keys=keys)).items()}


async def failing(page: Page, parcel: Parcel, *more: Path) -> set[str]:
    """Names of the checks that fail."""
    return {name for name, state in (await verdict(page, parcel, *more)).items() if state == "FAIL"}


@pytest.mark.turns("proofs on a page", 1)
async def test_it_finds_what_is_whole_and_what_is_not(page: Page, parcel: Parcel) -> None:
    assert await verdict(page, parcel) == WHOLE
    assert await verdict(page, parcel, keys=False, key=parcel.keys[0]) == WHOLE
    assert (await verdict(page, parcel, keys=False))["checkpoint"] == "ABSENT"
    other = parcel.keys[0].rpartition("+")[0] + "+" + base64.b64encode(b"\x01" + bytes(31) + b"\x01").decode()
    assert (await verdict(page, parcel, key=other))["checkpoint"] == "FAIL"
    kept = {path: path.read_bytes() for path in (parcel.attachment, parcel.beside(".proof.json"))}
    for path, expected in zip(kept, ({"attachments"}, {"leaf"}), strict=True):
        path.write_bytes(kept[path].replace(b"plan", b"Plan").replace(b"record", b"upgrade"))
        assert await failing(page, parcel) == expected, path
        path.write_bytes(kept[path])
    said = parcel.said(".proof.json")
    said["inclusion"][0] = "00" * 32
    parcel.say(".proof.json", said)
    assert await failing(page, parcel) == {"inclusion"}


@pytest.mark.turns("proofs on a page", 1)
async def test_it_checks_signatures_and_where_they_lead(
    page: Page, parcel: Parcel, pki: Pki, pdf: bytes, tmp_path: Path
) -> None:
    await every_kind_of_key(page, parcel, pdf, tmp_path)
    said = await told(page, parcel, parcel.root)
    assert {name: state for name, (state, _why) in said.items()} == WHOLE, said
    for check in ("signature 1", "signature 2", "time_proof"):
        assert "CN=Acme Root" in said[check][1] and " < " in said[check][1]
    assert "authority's time (by CN=Acme Time" in said["signature 1"][1]
    assert "no trusted certificate was given" in (await told(page, parcel))["signature 1"][1]
    signed = {"signature 1", "signature 2", "time_proof"}
    assert await failing(page, parcel, stranger(tmp_path)) == signed
    whole = parcel.pdf.read_bytes()
    for at, expected in (
        (200, {"signature 1", "signature 2"}),
        (signature_of(parcel.pdf), {"signature 1", "signature 2"}),
    ):
        flipped(parcel.pdf, at)
        assert await failing(page, parcel, parcel.root) == {"pdf", "leaf", *expected}
        parcel.pdf.write_bytes(whole)
    parcel.pdf.write_bytes(whole + b"\n%")
    assert await failing(page, parcel) == {"pdf", "leaf"}
    assert (await verdict(page, parcel))["coverage"] == "ABSENT"
    parcel.pdf.write_bytes(whole)
    named = parcel.said(".json") | {"signing": {"cert_fingerprint": "00" * 32}}
    parcel.say(".json", named)
    assert await failing(page, parcel) == {"sidecar", "signature 1"}
    forge_token(parcel, pki)
    assert "time_proof" in await failing(page, parcel, parcel.root)


async def every_kind_of_key(page: Page, parcel: Parcel, pdf: bytes, tmp_path: Path) -> None:
    """RSASSA-PSS and two curves, each whole and with a changed byte in what the signer signed."""
    made: dict[str, tuple[rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, bool]] = {
        "pss": (rsa.generate_private_key(65537, 2048), True),
        "p256": (ec.generate_private_key(ec.SECP256R1()), False),
        "p384": (ec.generate_private_key(ec.SECP384R1()), False),
    }
    files = []
    for name, (key, pss) in made.items():
        whole, broken = tmp_path / f"{name}.pdf", tmp_path / f"{name}-broken.pdf"
        whole.write_bytes(await signed_by(key, pdf, pss=pss))
        broken.write_bytes(whole.read_bytes())
        flipped(broken, signature_of(broken))
        files += [whole, broken]
    said = await verdict(page, parcel, *files)
    for name in made:
        assert (said[f"{name}.pdf signature 1"], said[f"{name}-broken.pdf signature 1"]) == ("OK", "FAIL"), name
        assert said[f"{name}.pdf coverage"] == "OK" and said[f"{name}.pdf sidecar"] == "ABSENT"


async def signed_by(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, pdf: bytes, *, pss: bool) -> bytes:
    """The PDF, signed with a key and a certificate that nobody else knows."""
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        asn1_x509.Certificate.load(certified(key).public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(private),
        SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # untyped in the library
        prefer_pss=pss,
    )
    meta = signers.PdfSignatureMetadata("Signature1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    return bytes((await signers.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer)).getvalue())


def test_its_policy_lets_nothing_in_but_itself() -> None:
    text = FILE.read_text(encoding="utf-8")
    for kind, tag in (("script", "script"), ("style", "style")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(inside.encode()).digest()).decode()}'" in text
    assert "default-src 'none'" in text and "http://" not in text and "https://" not in text
