"""Every command explains itself, at once."""

import subprocess
import sys

import pytest

from tests.cli.conftest import Waypost

COMMANDS = (
    "",
    "up",
    "demo",
    "migrate",
    "api",
    "worker",
    "org create",
    "org list",
    "import",
    "mailbox add imap",
    "mailbox add gmail",
    "mailbox login",
    "mailbox list",
    "jobs list",
    "jobs dead",
    "jobs show",
    "jobs replay",
    "doctor",
    "flow",
)
HEAVY = ("sqlalchemy", "fastapi", "psycopg", "rich", "alembic")


@pytest.mark.parametrize("command", COMMANDS)
def test_help(waypost: Waypost, command: str) -> None:
    ran = waypost(*command.split(), "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: waypost {command}".rstrip())


def test_the_command_line_loads_nothing_until_it_is_needed() -> None:
    code = f"import sys, waypost.cli.app; sys.exit(str([name for name in {HEAVY} if name in sys.modules]))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr == "[]\n"


def test_an_unknown_setting_is_a_sentence(waypost: Waypost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYPOST_DATTA", "/somewhere")
    ran = waypost("migrate")
    assert (ran.code, ran.err) == (
        2,
        "WAYPOST_DATTA is not a setting of Waypost; docs/configuration.md lists all of them.\n",
    )


def test_gmail_without_a_client_of_google_says_what_is_missing(waypost: Waypost) -> None:
    ran = waypost("mailbox", "add", "gmail", "--help")
    assert "GOOGLE_CLIENT_ID" in ran.out and "--port" in ran.out
