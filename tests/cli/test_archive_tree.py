"""An existing archive by the command line: prepare, look, bring in, sweep."""

import json
import os
from pathlib import Path

import pytest

from tests.archive.keeping.test_importing import WRONG, archived, fill
from tests.cli.conftest import Named, Waypost
from waypost.archive.places.staging import PREFIX


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The share of the old archiver, named as before."""
    monkeypatch.setenv("STORAGE_ROOT", str(tmp_path / "share"))
    return tmp_path / "share"


def test_a_tree_is_taken_over(migrated: Named, waypost: Waypost, tree: Path) -> None:
    waypost("org", "create", "Taking Over", "--owner", "owner@over.example")
    assert waypost("archive", "prepare").out == f"{tree} is ready.\n"
    fill(tree)
    dry = waypost("archive", "import-tree", tree, "--org", "Taking Over", "--dry-run", "--json")
    assert (dry.code, json.loads(dry.out)) == (1, {"would_import": 3, **WRONG})
    done = waypost("archive", "import-tree", tree, "--org", "Taking Over")
    assert done.code == 1 and "3 imported\n" in done.out
    assert "anna/uber_cafe/Ticket-20003_2025-05-01.pdf: hash_mismatch\n" in done.out
    again = waypost("archive", "import-tree", tree, "--org", "Taking Over", "--json")
    assert json.loads(again.out) == {"already": 3, **WRONG}


def test_a_clean_tree_and_an_empty_one(migrated: Named, waypost: Waypost, tree: Path, tmp_path: Path) -> None:
    waypost("org", "create", "Clean Tree", "--owner", "owner@clean.example")
    archived(tmp_path / "old", 1, "2025-03-01", b"%PDF first")
    brought = waypost("archive", "import-tree", tmp_path / "old", "--org", "Clean Tree")
    assert (brought.code, brought.out) == (0, "1 imported\n")
    (tmp_path / "none").mkdir()
    nothing = waypost("archive", "import-tree", tmp_path / "none", "--org", "Clean Tree")
    assert (nothing.code, nothing.out) == (0, "There is no PDF in this tree.\n")
    assert waypost("archive", "import-tree", tmp_path / "none", "--org", "Nobody").code != 0


def test_litter_is_swept(migrated: Named, waypost: Waypost, tree: Path) -> None:
    waypost("archive", "prepare")
    left = tree / "anna" / f"{PREFIX}1-0000aaaa"
    left.mkdir(parents=True)
    (left / "0").write_bytes(b"half")
    os.utime(left, (0, 0))
    assert waypost("archive", "sweep").out == "1 staging folders removed.\n" and not left.exists()
    assert json.loads(waypost("archive", "sweep", "--hours", "0", "--json").out) == {"removed": 0}
