"""The offline verifier: one file of ours with one package of others', in a process that knows nothing else."""

import importlib.util
import json
import random
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.archive.evidence.logbook import Clock, Logbook
from tests.archive.evidence.parcel import Parcel, packed
from tests.archive.signing.conftest import Making, make, pdf, pki
from tests.wire.authority.certomancer import Pki

__all__ = ["make", "pdf", "pki"]
pytestmark = pytest.mark.anyio
TOOL = Path(__file__).parents[3] / "scripts" / "ops" / "waypost-verify.py"
LINES = 400


@pytest.fixture
async def parcel(acme: Logbook, clock: Clock, tmp_path: Path, make: Making, pdf: bytes, pki: Pki) -> Parcel:
    """Signed at level B-T, with a batch time proof."""
    signer = make(level="B-T")
    sealed = await signer.seal(pdf)
    return await packed(acme, clock, tmp_path / "parcel", sealed.pdf, pki.root, signer.authorities)


def verified(*arguments: Any) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit status, and what each check said of the first file. `-I -S`-like: nothing of this house can be imported."""
    command = [sys.executable, "-I", str(TOOL), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    lines = done.stdout.splitlines()
    checks = json.loads(lines[0])["checks"] if lines else []
    return done.returncode, {one["name"]: (one["state"], one["detail"]) for one in checks}


def test_it_is_small_and_needs_one_package() -> None:
    text = TOOL.read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert text.count("\n") <= LINES
    assert imported - sys.stdlib_module_names == {"cryptography"}


async def test_a_whole_file_is_proven_within_two_seconds(parcel: Parcel) -> None:
    began = time.monotonic()
    status, said = verified(parcel.pdf, "--key", parcel.keys[0], "--trust", parcel.root)
    took = time.monotonic() - began
    assert {name: state for name, (state, _detail) in said.items()} == dict.fromkeys(
        (
            "sidecar",
            "pdf",
            "attachments",
            "leaf",
            "inclusion",
            "checkpoint",
            "time_proof",
            "signature 1",
            "coverage",
        ),
        "OK",
    ), said
    assert status == 0 and took < 4
    assert "authority's time" in said["signature 1"][1] and " < " in said["time_proof"][1]


async def test_a_folder_uses_the_key_that_lies_there_and_says_so(parcel: Parcel) -> None:
    status, said = verified(parcel.pdf.parents[1])
    assert status == 0 and "a key that lies beside" in said["checkpoint"][1]
    assert "nobody named with --trust" in said["signature 1"][1]


async def test_every_level_is_read(parcel: Parcel, make: Making, pdf: bytes) -> None:
    for level, first, last in (("B-B", "as the signer says", "OK"), ("B-LTA", "authority's time", "OK")):
        parcel.pdf.write_bytes((await make(level=level).seal(pdf)).pdf)
        _status, said = verified(parcel.pdf, "--trust", parcel.root)
        assert said["signature 1"][0] == "OK" and first in said["signature 1"][1], (level, said)
        assert said["coverage"][0] == last
    assert said["signature 2"][0] == "OK" and "document timestamp" in said["signature 2"][1]


def flipped(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x01
    path.write_bytes(data)


def edited(parcel: Parcel, suffix: str, keys: str, value: Any) -> None:
    """Another value at `a.b.c` of the sidecar or of the proof."""
    said = inner = parcel.said(suffix)
    *way, last = keys.split(".")
    for key in way:
        inner = inner[key]
    inner[last] = value
    parcel.say(suffix, said)


def signature_of(pdf: Path) -> int:
    """A place within the digest that the signer signed."""
    data = pdf.read_bytes()
    return data.lower().index(b"2a864886f70d010904") + 40


SIDECAR, PROOF = ".json", ".proof.json"
IN_PROOF = ("leaf", "inclusion", "checkpoint", "time_proof")
IN_JSON: tuple[tuple[str, str, Any, set[str]], ...] = (
    (SIDECAR, "title", "Other", {"sidecar"}),
    (SIDECAR, "sha256", "00", {"sidecar"}),
    (SIDECAR, "volumes", [], {"sidecar"}),
    (SIDECAR, "evidence.position", 4, {"sidecar"}),
    (SIDECAR, "evidence.leaf", "00", {"sidecar"}),
    (SIDECAR, "unheard_of", 1.5, {"sidecar"}),
    (PROOF, "leaf.entry.at", "2020-01-01T00:00:00.000000Z", {"leaf"}),
    (PROOF, "leaf.entry.kind", "tombstone", {"leaf"}),
    (PROOF, "leaf.entry.content.manifest_sha256", "00", {"leaf", "sidecar"}),
    (PROOF, "leaf.entry.log", "waypost/evidence/another", {"leaf", "checkpoint"}),
    (PROOF, "leaf.hash", "00" * 32, {"leaf", "sidecar", "inclusion", "time_proof"}),
    (PROOF, "position", 4, {"leaf", "sidecar", "inclusion", "time_proof"}),
    (PROOF, "position", -1, {"leaf", "sidecar", "inclusion", "time_proof"}),
    (PROOF, "inclusion", [], {"inclusion"}),
    (PROOF, "checkpoint.note", "waypost/evidence/x\n11\nAAAA\n", {"inclusion", "checkpoint"}),
    (PROOF, "time_proof.size", 8, {"time_proof"}),
    (PROOF, "time_proof.inclusion", ["00" * 32] * 9, {"time_proof"}),
    (PROOF, "time_proof.token", "AAAA", {"time_proof"}),
    (PROOF, "time_proof.token", "MIIBIw==", {"time_proof"}),
)
IN_FILES: dict[str, tuple[Callable[[Parcel], Any], set[str]]] = {
    "pages": (lambda p: flipped(p.pdf, 200), {"pdf", "leaf", "signature 1"}),
    "signature": (lambda p: flipped(p.pdf, signature_of(p.pdf)), {"pdf", "leaf", "signature 1"}),
    "bytes after the PDF": (lambda p: p.pdf.write_bytes(p.pdf.read_bytes() + b"\n%"), {"pdf", "leaf"}),
    "attachment": (lambda p: flipped(p.attachment, 3), {"attachments"}),
    "attachment's removal": (lambda p: p.attachment.unlink(), {"attachments"}),
    "sidecar's form": (lambda p: p.beside(SIDECAR).write_text("{"), {"sidecar", "pdf", "attachments"}),
    "proof's form": (lambda p: p.beside(PROOF).write_text("[]"), {*IN_PROOF, "sidecar"}),
}  # fmt: skip


async def test_each_change_is_reported_where_it_is(parcel: Parcel) -> None:
    tool = loaded()
    trust = tool.x509.load_pem_x509_certificates(parcel.root.read_bytes())
    places = (parcel.pdf, parcel.attachment, parcel.beside(SIDECAR), parcel.beside(PROOF))
    kept = {path: path.read_bytes() for path in places}

    def failing() -> set[str]:
        lines = tool.Verifier(parcel.pdf, parcel.keys, trust, enclosed=False).run()
        for path, content in kept.items():
            path.write_bytes(content)
        return {name for state, name, _detail in lines if state == "FAIL"}

    assert failing() == set()
    for suffix, keys, value, expected in IN_JSON:
        edited(parcel, suffix, keys, value)
        assert failing() == expected, (suffix, keys, value)
    for name, (change, expected) in IN_FILES.items():
        change(parcel)
        assert failing() == expected, name


async def test_no_byte_of_a_signed_pdf_changes_unseen(parcel: Parcel) -> None:
    tool = loaded()
    whole, chance = parcel.pdf.read_bytes(), random.Random(7)
    for at in chance.sample(range(len(whole)), 60):
        flipped(parcel.pdf, at)
        lines = tool.Verifier(parcel.pdf, [], [], enclosed=False).run()
        assert ("FAIL", "pdf") in {line[:2] for line in lines}
        parcel.pdf.write_bytes(whole)


def loaded() -> Any:
    """The tool in this process: for many trials."""
    spec = importlib.util.spec_from_file_location("waypost_verify", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


async def test_what_is_missing_is_absent_and_not_fine(parcel: Parcel, tmp_path: Path) -> None:
    parcel.beside(".json").unlink()
    parcel.beside(".proof.json").unlink()
    status, said = verified(parcel.pdf)
    assert status == 0 and said["sidecar"][0] == said["leaf"][0] == said["checkpoint"][0] == "ABSENT"
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(b"%PDF-1.7")
    assert verified(plain)[0] == 2 and verified(tmp_path / "none.pdf")[0] == 2


async def test_another_key_or_authority_proves_nothing(parcel: Parcel, tmp_path: Path) -> None:
    name, _, rest = parcel.keys[0].partition("+")
    status, said = verified(parcel.pdf, "--key", f"{name}+00000000+{rest.partition('+')[2]}")
    assert status == 1 and said["checkpoint"][0] == "FAIL"
    status, said = verified(parcel.pdf, "--key", parcel.keys[0], "--trust", stranger(tmp_path))
    assert {each for each, (state, _) in said.items() if state == "FAIL"} == {"time_proof", "signature 1"}


async def test_a_token_of_somebody_who_is_no_authority(parcel: Parcel, pki: Pki) -> None:
    """The archive's own key leads to the root as well, and may not say what time it is (RFC 3161, 2.3)."""
    forge_token(parcel, pki)
    status, said = verified(parcel.pdf, "--key", parcel.keys[0], "--trust", parcel.root)
    assert status == 1 and {each for each, (state, _) in said.items() if state == "FAIL"} == {"time_proof"}


def forge_token(parcel: Parcel, pki: Pki) -> None:
    """Another token over the same root, by the key that signs the PDFs."""
    whole = parcel.said(PROOF)
    key = (pki.folder / "keys" / "signer.pem").read_bytes()
    stamper = DummyTimeStamper(
        asn1_x509.Certificate.load(pki.certificate("signer").public_bytes(Encoding.DER)),
        load_private_key_from_pemder_data(key, None),
        [asn1_x509.Certificate.load(pki.certificate("middle").public_bytes(Encoding.DER))],  # type: ignore[arg-type]  # a list is what it makes of it
    )
    root = bytes.fromhex(whole["time_proof"]["root"])
    _nonce, request = stamper.request_cms(root, "sha256")  # type: ignore[no-untyped-call]  # untyped in the library
    token = stamper.request_tsa_response(request)
    whole["time_proof"]["token"] = b64encode(token["time_stamp_token"].dump()).decode()
    parcel.say(PROOF, whole)


def stranger(folder: Path) -> Path:
    """A certificate that nobody here leads to."""
    path = folder / "stranger.pem"
    path.write_bytes(certified(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.PEM))
    return path


def certified(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """A certificate that a key gave itself, for a day."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stranger")]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    return made.sign(key, SHA256())
