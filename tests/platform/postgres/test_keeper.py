"""Small parts of the keeper."""

import os
import subprocess
from pathlib import Path

import pytest

from waypost.platform.postgres.data_folder import default_data_folder, prepare_data_folder
from waypost.platform.postgres.keeper import bound_log, inhabitants, postmaster


def test_a_long_log_keeps_its_last_whole_lines_and_grows_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    os.write(log, b"".join(b"line %04d\n" % number for number in range(1000)))
    bound_log(log, limit=5000, kept=105)
    os.write(log, b"next\n")
    os.close(log)
    assert path.read_text().splitlines() == [*(f"line {number:04}" for number in range(990, 1000)), "next"]


def test_a_short_log_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\n")
    log = os.open(path, os.O_RDWR | os.O_APPEND)
    bound_log(log, limit=5000, kept=100)
    os.close(log)
    assert path.read_text() == "one\ntwo\n"


def test_inhabitants_are_those_who_work_in_the_folder(tmp_path: Path) -> None:
    assert inhabitants(str(tmp_path)) == []
    process = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    assert inhabitants(str(tmp_path)) == [process.pid]
    process.kill()
    process.wait()


@pytest.mark.parametrize("text", ["", "nonsense\n", "{us}\n"])
def test_a_pid_file_alone_proves_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text.format(us=os.getpid()))
    assert postmaster(str(tmp_path)) is None


def test_the_data_folder_of_a_user_follows_the_desktop_s_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert default_data_folder() == Path("/home/ann/.local/share/waypost")
    monkeypatch.setenv("XDG_DATA_HOME", "/data/ann")
    assert default_data_folder() == Path("/data/ann/waypost")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_data_folder() == Path("/home/ann/.local/share/waypost")
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_data_folder() == Path("/home/ann/Library/Application Support/Waypost")


def test_the_data_folder_of_root_is_the_system_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_folder() == Path("/var/lib/waypost")


def test_preparing_changes_no_folder_that_was_there(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    prepare_data_folder(tmp_path / "a" / "b")
    assert tmp_path.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
