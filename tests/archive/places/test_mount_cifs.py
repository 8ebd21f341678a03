"""The documented helper that mounts a CIFS share: its names, its options, and where the password never is."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import CHECKOUT

SCRIPT = CHECKOUT / "scripts" / "ops" / "mount-cifs.sh"
SECRET = "pa ss,wo$rd"
MOUNT = """#!/bin/sh
printf '%s\\n' "$@" > "$TOLD/arguments"
file=$(printf '%s' "$6" | sed 's/^credentials=//; s/,.*//')
printf '%s' "$file" > "$TOLD/file"
cat "$file" > "$TOLD/credentials"
stat -c %a "$file" > "$TOLD/mode"
exit "${MOUNT_ANSWERS:-0}"
"""
PROGRAMS = {"mount": MOUNT, "mountpoint": '#!/bin/sh\n[ -n "$MOUNTED" ]\n', "id": '#!/bin/sh\necho "${AM:-0}"\n'}


class Host:
    """A host whose `mount` writes down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.told, self._bin, self.share = folder / "told", folder / "bin", folder / "share"
        for one in (self.told, self._bin):
            one.mkdir()
        for name, text in PROGRAMS.items():
            (self._bin / name).write_text(text)
            (self._bin / name).chmod(0o755)

    def run(self, **named: str) -> subprocess.CompletedProcess[str]:
        """The script with these names, else those of a usual login."""
        usual = {"CIFS_REMOTE": "//nas/archive", "CIFS_MOUNTPOINT": str(self.share)}
        login = {"CIFS_USERNAME": "archiver", "CIFS_PASSWORD": SECRET}
        given = {**usual, **login, **named, "TOLD": str(self.told), "PATH": f"{self._bin}:{os.environ['PATH']}"}
        return subprocess.run([str(SCRIPT)], env=given, capture_output=True, text=True, check=False)

    def read(self, name: str) -> str:
        return (self.told / name).read_text()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """As root."""
    return Host(tmp_path)


def test_it_mounts_with_the_documented_options(host: Host) -> None:
    done = host.run(CIFS_DOMAIN="OFFICE")
    assert done.returncode == 0 and "waypost archive prepare" in done.stdout
    *asked, options = host.read("arguments").splitlines()
    assert asked == ["-t", "cifs", "//nas/archive", str(host.share), "-o"]
    assert options.endswith("uid=10001,gid=10001,file_mode=0640,dir_mode=0750,iocharset=utf8,noserverino")
    assert host.share.is_dir() and stat.S_IMODE(SCRIPT.stat().st_mode) & 0o111


def test_the_password_goes_through_a_file_that_is_gone_afterwards(host: Host) -> None:
    assert host.run().returncode == 0
    assert host.read("credentials") == f"username=archiver\npassword={SECRET}\n"
    assert host.read("mode") == "600\n" and not Path(host.read("file")).exists()
    assert SECRET not in host.read("arguments")


def test_a_file_of_the_operators_own_is_used_and_stays(host: Host, tmp_path: Path) -> None:
    own = tmp_path / "login"
    own.write_text("username=a\npassword=b\n")
    named = {"CIFS_CREDENTIALS_FILE": str(own), "CIFS_USERNAME": "", "CIFS_PASSWORD": "", "CIFS_UID": "7"}
    assert host.run(**named).returncode == 0
    assert f"credentials={own},uid=7," in host.read("arguments") and own.exists()


def test_a_failing_mount_and_one_that_stands(host: Host) -> None:
    failed = host.run(MOUNT_ANSWERS="32")
    assert failed.returncode == 1 and SECRET not in failed.stdout + failed.stderr
    assert not Path(host.read("file")).exists()
    (host.told / "arguments").unlink()
    again = host.run(MOUNTED="1")
    assert again.returncode == 0 and "already" in again.stdout and not (host.told / "arguments").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIFS_REMOTE", ""),
        ("CIFS_REMOTE", "nas:/archive"),
        ("CIFS_MOUNTPOINT", ""),
        ("CIFS_MOUNTPOINT", "share"),
        ("CIFS_PASSWORD", ""),
        ("CIFS_PASSWORD", "a\nb"),
        ("CIFS_UID", "root"),
        ("CIFS_DOMAIN", "a,uid=0"),
        ("CIFS_CREDENTIALS_FILE", "/no/such/file"),
        ("AM", "1000"),
    ],
)
def test_wrong_use_is_told_and_mounts_nothing(host: Host, name: str, value: str) -> None:
    done = host.run(**{name: value})
    assert done.returncode == 2 and done.stderr.startswith("mount-cifs.sh: ")
    assert not (host.told / "arguments").exists()
