"""Programs that are not ours look at what we sealed: poppler's pdfsig, openssl, pyHanko's own command, veraPDF."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.signing.conftest import Making
from tests.needs import needs
from tests.wire import verapdf
from tests.wire.authority.certomancer import Pki
from tests.wire.authority.openssl_ts import Stand

pytestmark = [pytest.mark.anyio, pytest.mark.turns("strangers read a seal", 1)]
RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
KEPT: dict[str, bytes] = {}
SLOW = (*LEVELS, "B-B+DTS") if os.environ.get("PROVE") else ("B-LTA", "B-B+DTS")
"""What takes a second each."""
HANKO = Path(sys.executable).with_name("pyhanko")


@pytest.fixture
async def files(make: Making, pdf: bytes, tmp_path: Path) -> dict[str, Path]:
    """One file at every level, and one that climbed without a T."""
    if not KEPT:
        for level in LEVELS:
            KEPT[level] = (await make(level=level).seal(pdf)).pdf
        raised = await make().upgrade(KEPT["B-B"])
        assert raised is not None
        KEPT["B-B+DTS"] = raised.pdf
    for level, content in KEPT.items():
        (tmp_path / f"{level}.pdf").write_bytes(content)
    return {level: tmp_path / f"{level}.pdf" for level in KEPT}


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """What it says; never a failure by itself."""
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)


def first(pdf: bytes, folder: Path) -> tuple[Path, Path]:
    """The container of the first signature and the bytes it covers, cut out by hand."""
    found = RANGE.search(pdf)
    assert found is not None
    _, before, after, length = (int(one) for one in found.groups())
    content = bytes.fromhex(pdf[before + 1 : after - 1].decode())
    container, covered = folder / "container", folder / "covered"
    container.write_bytes(content.rstrip(b"\0"))
    covered.write_bytes(pdf[:before] + pdf[after : after + length])
    return container, covered


async def test_poppler_finds_the_digest_right(files: dict[str, Path]) -> None:
    pdfsig = needs("pdfsig")
    for level, path in files.items():
        said = run(pdfsig, "-nocert", path).stdout
        assert "Signature Validation: Signature is Valid." in said, level
        assert "Signature Type: ETSI.CAdES.detached" in said and "Acme Archive" in said
    damaged = files["B-B"].with_name("damaged.pdf")
    damaged.write_bytes(files["B-B"].read_bytes().replace(b"/Reason (Ticket", b"/Reason (Sicket"))
    assert "Digest Mismatch" in run(pdfsig, "-nocert", damaged).stdout


async def test_openssl_accepts_it_as_cades(files: dict[str, Path], pki: Pki, tmp_path: Path) -> None:
    openssl = needs("openssl")
    for level, path in files.items():
        container, covered = first(path.read_bytes(), tmp_path)
        terms = ("-inform", "DER", "-binary", "-in", container, "-content", covered, "-CAfile", pki.root)
        said = run(openssl, "cms", "-verify", "-cades", *terms, "-purpose", "any", "-out", tmp_path / "out")
        assert "CAdES Verification successful" in said.stderr, (level, said.stderr)


async def test_pyhankos_own_command_agrees(files: dict[str, Path], pki: Pki) -> None:
    for level in SLOW:
        terms = ("--trust", pki.root, "--trust-replace", "--executive-summary")
        said = run(HANKO, "sign", "validate", *terms, files[level])
        assert said.returncode == 0 and said.stdout.strip().endswith(":VALID"), (level, said.stderr)


async def test_pages_stay_archivable_and_accessible(files: dict[str, Path]) -> None:
    assert {name for name, wrong in verapdf.judged(files.values()).items() if wrong} == set()


async def test_a_seal_with_the_second_authority(
    make: Making, pdf: bytes, second: Stand, pki: Pki, tmp_path: Path
) -> None:
    path = tmp_path / "second.pdf"
    path.write_bytes((await make(level="B-LTA", tsa_url=second.url).seal(pdf)).pdf)
    said = run(HANKO, "sign", "validate", "--trust", pki.root, "--trust-replace", "--executive-summary", path)
    assert said.stdout.strip().endswith(":VALID"), said.stderr
