"""The archive's documents are run: every block of its operations guide, and the right column of the moving table.

One house for both: a stand-in of Zammad at its far side, a key made for the day, and one ticket that was archived.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ci.smoke import archived, deliver, tags
from tests.cli.test_runbooks import BLOCK, OWNER, admin_key
from tests.cli.tree import Up, until
from tests.sampling import share
from tests.wire.zammad import StandIn
from tests.wire.zammad.world import TOKEN
from waypost.cli.sample_seal import lend_seal

CHECKOUT = Path(__file__).parents[2]
OPERATIONS, MOVING = (CHECKOUT / "docs" / name for name in ("archive-operations.md", "moving.md"))
ROW = re.compile(r"^\| [^|]+ \| `((?:[^`])+)`[^|]*\|$", re.MULTILINE)
ORG, BEARER = "Default", "a bearer token of the documents"
NEEDED = ("curl", "jq", "bash")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An operator's environment and shell variables, with everything running."""
    if missing := [program for program in NEEDED if shutil.which(program) is None]:
        pytest.skip(f"{missing[0]} is not installed")
    home = tmp_path_factory.mktemp("archive")
    home.chmod(0o711)
    with pytest.MonkeyPatch.context() as patched:
        zammad = StandIn().start()
        _configure(patched, home, zammad.base)
        made = _waypost("org", "create", ORG, "--owner", OWNER, "--json")
        _waypost("archive", "prepare")
        with Up(home / "data", home / "up.log") as up:
            deliver(zammad, up.url)
            assert until(lambda: archived(home / "tree") and tags(zammad) == ["pdf:signed"]), up.output()[-3000:]
            key = admin_key(up.url, json.loads(made)["one_time_password"])
            yield _variables(home, zammad, up.url, key)
        zammad.stop()


def _configure(patched: pytest.MonkeyPatch, home: Path, zammad: str) -> None:
    (home / "tree").mkdir()
    (home / "work").mkdir()
    (home / "work" / "scripts").symlink_to(CHECKOUT / "scripts")
    named = {
        "WAYPOST_DATA": str(home / "data"),
        "WAYPOST_DEFAULT_ORG": ORG,
        "ZAMMAD_BASE_URL": zammad,
        "ZAMMAD_API_TOKEN": TOKEN,
        "WEBHOOK_HMAC_SECRET": "a webhook secret of the smoke test",
        "ADMIN_BEARER_TOKEN": BEARER,
        "STORAGE_ROOT": str(home / "tree"),
        "HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP": "true",
        "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS": "true",
    }
    for name in ("SIGNING_ENABLED", "SIGNING_PFX_PATH", "SIGNING_PFX_PASSWORD", "SIGNING_TRUST_PATHS"):
        patched.setenv(name, "")
    for name, value in named.items():
        patched.setenv(name, value)
    lend_seal(home / "keys")


def _variables(home: Path, zammad: StandIn, url: str, key: str) -> dict[str, str]:
    pdf, ticket = archived(home / "tree"), next(iter(zammad.world.tickets.values()))
    return {
        "HOUSE": url,
        "ORG": ORG,
        "TOKEN": BEARER,
        "KEY": key,
        "TICKET": str(ticket.id),
        "TREE": str(home / "tree"),
        "CHECKPOINTS": str(home / "data" / "checkpoints"),
        "OLD": str(_old_tree(home / "old")),
        "PDF": str(pdf),
        "TRUST": str(home / "keys" / "seal.pem"),
        "VERIFY_PDF_TRUST": str(home / "keys" / "seal.pem"),
        "HERE": str(home / "work"),
    }


def _old_tree(root: Path) -> Path:
    """What the earlier archiver left: one file with its sidecar."""
    folder = root / "ines" / "Customers"
    folder.mkdir(parents=True)
    pdf = folder / "Ticket-21999_2026-01-05.pdf"
    pdf.write_bytes(b"%PDF-1.7 of another archiver")
    told = {
        "ticket_id": 99,
        "ticket_number": "21999",
        "title": "Old door",
        "created_at": "2026-01-05T08:00:00Z",
        "storage_path": str(pdf),
        "sha256": hashlib.sha256(pdf.read_bytes()).hexdigest(),
        "signing": {"enabled": False, "tsa_used": False},
        "service": {"name": "archiver", "version": "1.0", "python": "3.12"},
    }
    pdf.with_name(f"{pdf.name}.json").write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")
    return root


def _waypost(*arguments: str) -> str:
    command = [sys.executable, "-m", "waypost.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _forged(pdf: Path, folder: Path) -> Path:
    """A copy beside a copy of its sidecar, with one bit changed in what is signed."""
    copy, content = folder / pdf.name, bytearray(pdf.read_bytes())
    content[len(content) // 4] ^= 1
    copy.write_bytes(content)
    shutil.copy(f"{pdf}.json", folder)
    return copy


def _shell(script: str, environment: dict[str, str], log: Path) -> None:
    code, said = _ran(script, environment, log)
    assert code == 0, said


def _ran(script: str, environment: dict[str, str], log: Path) -> tuple[int, str]:
    """How it ended, and the last that it said."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with log.open("w") as said:
        code = subprocess.run(
            ["timeout", "500", "bash", "-euo", "pipefail", "-c", script],
            cwd=environment["HERE"],
            env=os.environ | environment | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        ).returncode
    return code, log.read_text()[-3000:]


@pytest.mark.turns("documents that run", 1)
@pytest.mark.timeout(600)
def test_every_step_of_the_operations_guide_runs(environment: dict[str, str], tmp_path: Path) -> None:
    blocks = [block for block in BLOCK.findall(re.sub(r"^ {3}", "", OPERATIONS.read_text("utf-8"), flags=re.MULTILINE))]
    assert len(blocks) >= 15
    script = "\n".join(f"echo '# block {number}'\n{block}" for number, block in enumerate(blocks))
    _shell(script, environment, tmp_path / "said.log")
    (auditor,) = (block for block in blocks if "waypost-verify.py" in block)
    forged = environment | {"PDF": str(_forged(Path(environment["PDF"]), tmp_path))}
    for check in auditor.strip().splitlines():
        code, said = _ran(check, forged, tmp_path / "forged.log")
        assert code == 1 and "FAIL" in said, (check, code, said)
    understood = json.loads((Path(environment["HERE"]) / "understood.json").read_text())
    assert understood["zammad"]["api_token"] == "[redacted]" and BEARER not in json.dumps(understood)


@pytest.mark.turns("documents that run", 1)
@pytest.mark.timeout(600)
def test_the_right_column_of_moving_runs(environment: dict[str, str], tmp_path: Path) -> None:
    commands = ROW.findall(MOVING.read_text("utf-8"))
    assert len(commands) >= 25
    commands = share(commands, 4, 0)
    _shell("\n".join(f"echo '# {each.split()[0]}'\n{each}" for each in commands), environment, tmp_path / "said.log")
