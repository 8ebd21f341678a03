"""Operators' tools: verify-pdf.sh and .py by their documented contract, gen-dev-certs.sh, `waypost archive verify`."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import which

import pytest

from tests.archive.signing.conftest import Making, judged
from tests.needs import needs
from tests.wire.authority.certomancer import Pki
from waypost.archive.signing.key_files import read_key
from waypost.archive.signing.terms import KeyTerms

pytestmark = [pytest.mark.anyio, pytest.mark.turns("scripts for seals", 2)]
SCRIPTS = Path(__file__).parents[3] / "scripts"
SHELL, PYTHON = SCRIPTS / "ops" / "verify-pdf.sh", SCRIPTS / "ops" / "verify-pdf.py"
BIN = Path(sys.executable).parent
Done = subprocess.CompletedProcess[str]
KEPT: dict[str, bytes] = {}


@pytest.fixture
async def sealed(make: Making, pdf: bytes, tmp_path: Path) -> Path:
    """A file at level T; made once."""
    if "T" not in KEPT:
        KEPT["T"] = (await make().seal(pdf)).pdf
    path = tmp_path / "sealed.pdf"
    path.write_bytes(KEPT["T"])
    return path


@pytest.fixture
def damaged(sealed: Path) -> Path:
    """The same with one byte changed."""
    content = bytearray(sealed.read_bytes())
    content[700] ^= 1
    path = sealed.with_name("damaged.pdf")
    path.write_bytes(content)
    return path


def run(*command: str | Path, env: Mapping[str, str] | None = None, path: str | None = None) -> Done:
    """With nothing in the environment but what is said."""
    whole = {"PATH": path or os.environ["PATH"], "LC_ALL": "C.UTF-8", **(env or {})}
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False, env=whole)


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A path without pyhanko: the script falls back on Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "basename", "mktemp", "rm", "cat", "grep", "tr", "sed"):
        (folder / name).symlink_to(which(name) or name)
    return str(folder)


@pytest.fixture(params=["pyhanko", "python"])
def tool(request: pytest.FixtureRequest, bare: str) -> tuple[str, dict[str, str]]:
    """The command first, then the fallback: PATH and what else is said."""
    if request.param == "pyhanko":
        return f"{BIN}:{os.environ['PATH']}", {}
    return bare, {"VERIFY_PDF_PYTHON": sys.executable}


async def test_pass_comes_first(sealed: Path, pki: Pki, tool: tuple[str, dict[str, str]]) -> None:
    trust = {**tool[1], "VERIFY_PDF_TRUST": str(pki.root), "VERIFY_PDF_TRUST_REPLACE": "1"}
    done = run(SHELL, sealed, env=trust, path=tool[0])
    assert (done.stdout, done.returncode, done.stderr) == ("PASS\n", 0, "")
    told = run(SHELL, sealed, env={**trust, "VERIFY_PDF_SHOW_DETAILS": "1"}, path=tool[0])
    assert told.stdout == "PASS\n" and "Signature1" in told.stderr


async def test_fail_comes_first_and_says_why(
    sealed: Path, damaged: Path, pki: Pki, pdf: bytes, tool: tuple[str, dict[str, str]]
) -> None:
    plain = sealed.with_name("plain.pdf")
    plain.write_bytes(pdf)
    trust = {**tool[1], "VERIFY_PDF_TRUST": str(pki.root), "VERIFY_PDF_TRUST_REPLACE": "1"}
    for file, env in ((damaged, trust), (plain, trust), (sealed.with_name("none.pdf"), trust), (sealed, tool[1])):
        done = run(SHELL, file, env=env, path=tool[0])
        assert done.stdout == "FAIL\n" and done.returncode == 1 and done.stderr, file


async def test_wrong_usage(sealed: Path, bare: str) -> None:
    for command in ((SHELL,), (SHELL, sealed, sealed), (SHELL, "--help")):
        done = run(*command)
        assert done.returncode == 2 and "Usage" in done.stderr and not done.stdout
    assert run(SHELL, sealed, path=bare).returncode == 2


async def test_the_python_fallback_alone(sealed: Path, damaged: Path, pki: Pki, tmp_path: Path) -> None:
    trust = {"VERIFY_PDF_TRUST": str(pki.folder / "certs"), "VERIFY_PDF_TRUST_REPLACE": "1"}
    assert run(sys.executable, PYTHON, sealed, env=trust).returncode == 0
    assert run(sys.executable, PYTHON, damaged, env=trust).returncode == 1
    assert run(sys.executable, PYTHON, tmp_path / "none.pdf", env=trust).returncode == 1
    assert run(sys.executable, PYTHON).returncode == 2
    assert run(sys.executable, "-S", "-I", PYTHON, sealed).returncode == 2


async def test_offline_the_file_answers_for_itself(make: Making, pdf: bytes, pki: Pki, tmp_path: Path) -> None:
    env = {"VERIFY_PDF_TRUST": str(pki.root), "VERIFY_PDF_TRUST_REPLACE": "1", "VERIFY_PDF_OFFLINE": "1"}
    for level in ("B-B", "B-LTA"):
        path = tmp_path / f"{level}.pdf"
        path.write_bytes((await make(level=level).seal(pdf)).pdf)
        done = run(SHELL, path, env={**env, "VERIFY_PDF_PYTHON": sys.executable})
        assert (done.stdout, done.returncode) == ("PASS\n", 0), done.stderr


async def test_certificates_for_development(tmp_path: Path) -> None:
    openssl = needs("openssl")
    script, folder = SCRIPTS / "dev" / "gen-dev-certs.sh", tmp_path / "certs"
    assert "would run: openssl" in run(script, "--dry-run", "--signing", folder).stdout and not folder.exists()
    assert run(script, "--signing", folder).returncode == 0
    said = run(openssl, "x509", "-in", folder / "localhost.crt", "-noout", "-text", "-checkend", str(8 * 86_400)).stdout
    assert "Public-Key: (2048 bit)" in said and "DNS:localhost" in said and "will expire" in said
    password = (folder / "signing.pfx.password").read_text().strip().encode()
    found = read_key(KeyTerms(pfx=folder / "signing.pfx", password=password)).certificate
    assert "worth nothing" in found.subject.rfc4514_string()
    assert (folder / "localhost.key").stat().st_mode & 0o777 == 0o600
    assert run(script, "--nonsense").returncode == 2


async def test_a_development_key_signs(make: Making, pdf: bytes, tmp_path: Path) -> None:
    needs("openssl")
    run(SCRIPTS / "dev" / "gen-dev-certs.sh", "--signing", tmp_path)
    password = (tmp_path / "signing.pfx.password").read_text().strip()
    signer = make(pfx_path=tmp_path / "signing.pfx", pfx_password=password, level="B-LT")
    sealed = await signer.seal(pdf)
    assert (sealed.level.value, sealed.reason) == ("B-T", "revocation_unknown")
    assert (await judged(sealed.pdf, await signer.trust())).trusted


def verify(*words: str | Path) -> Done:
    """`waypost archive verify`."""
    return run(BIN / "waypost", "archive", "verify", *words)


async def test_waypost_verifies_a_file(sealed: Path, damaged: Path, pki: Pki) -> None:
    done = verify(sealed, "--trust", pki.root)
    lines = done.stdout.splitlines()
    assert (lines[0], done.returncode) == ("PASS", 0)
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["OK", "signature"],
        ["OK", "trust"],
        ["OK", "level"],
        ["ABSENT", "sidecar"],
    ]
    done = verify(damaged, "--trust", pki.root)
    assert done.stdout.startswith("FAIL\n") and done.returncode == 1
    assert verify(sealed.with_name("none.pdf")).returncode == 2


async def test_waypost_verifies_the_sidecar(sealed: Path, pki: Pki) -> None:
    beside = sealed.with_name("sealed.pdf.json")
    for digest, verdict in ((sha256(KEPT["T"]).hexdigest(), "pass"), ("00" * 32, "fail")):
        beside.write_text(json.dumps({"sha256": digest}))
        said = json.loads(verify(sealed, "--trust", pki.root, "--json").stdout)
        checks = {one["name"]: one["state"] for one in said["checks"]}
        assert (said["verdict"], checks["signature"]) == (verdict, "ok")
        assert checks["sidecar"] == ("ok" if verdict == "pass" else "fail") and checks["log"] == "absent"
