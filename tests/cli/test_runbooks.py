"""The runbooks are run: every block of `docs/runbooks.md`, in its order, in one shell, against a running house."""

import json
import os
import re
import shutil
import subprocess
import sys
from http.client import HTTPResponse
from pathlib import Path
from urllib.request import Request, build_opener

import psycopg
import pytest

from tests.cli.conftest import Waypost
from tests.cli.tree import Up
from tests.ticketing.reading.letters import letter
from waypost.cli.opening import up_to_date
from waypost.database import plain
from waypost.settings import load

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ORG, OWNER = "Runbooks", "owner@runbooks.example"
DEAD = """
insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, last_error,
  fingerprint, payload, created_at, updated_at)
select id, gen_random_uuid(), 'occurrence_parse', 'mail', 'dead', 0, now(), 25, 25, 0, 'BlobMissing: gone',
  '0123456789abcdef', jsonb_build_object('occurrence_id', gen_random_uuid()), now(), now()
from organizations, generate_series(1, 3) where name = %s
"""
MAILBOX = "select m.id::text from mailboxes m join organizations o on o.id = m.org_id where o.name = %s"


@pytest.fixture
def drill(up: Up, waypost: Waypost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What an operator has at hand: an organisation with a mailbox and three dead letters, an admin's key."""
    for program in ("curl", "jq", "bash"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    monkeypatch.setenv("WAYPOST_DATA", str(up.data))
    (tmp_path / "one.eml").write_bytes(letter(b"It leaks.", subject="Boiler"))
    password = json.loads(waypost("org", "create", ORG, "--owner", OWNER, "--json").out)["one_time_password"]
    assert waypost("import", tmp_path / "one.eml", "--org", ORG, "--wait").code == 0
    with up_to_date(load(up.data)) as found, psycopg.connect(plain(found.admin or "")) as connection:
        connection.execute(DEAD, [ORG])
        row = connection.execute(MAILBOX, [ORG]).fetchone()
    assert row is not None
    return {"HOUSE": up.url, "ORG": ORG, "MAILBOX": row[0], "KEY": admin_key(up.url, password)}


def admin_key(house: str, password: str) -> str:
    """Cut by the owner in person, who signs in for the first time."""
    told = json.load(build_opener().open(f"{house}/auth/csrf"))["csrf_token"]
    first = {"email": OWNER, "password": password, "new_password": "a long enough pass phrase"}
    signed_in = call(house, "/auth/login", told, told, **first)
    session = re.search(r"oss_session=([^;]+)", str(signed_in.headers.get_all("set-cookie")))
    csrf = json.load(signed_in)["csrf_token"]
    assert session is not None
    made = call(house, "/api-keys", csrf, f"{csrf}; oss_session={session[1]}", name="drill", role="admin", days=1)
    key: str = json.load(made)["key"]
    return key


def call(house: str, path: str, token: str, cookie: str, **body: object) -> HTTPResponse:
    """A form of our own page, as a program sends it."""
    headers = {"cookie": f"oss_csrf={cookie}", "x-csrf-token": token, "content-type": "application/json"}
    answer: HTTPResponse = build_opener().open(Request(f"{house}{path}", json.dumps(body).encode(), headers))
    return answer


@pytest.mark.turns("documents that run", 1)
@pytest.mark.timeout(300)
def test_every_step_of_the_runbooks_runs(drill: dict[str, str], tmp_path: Path) -> None:
    blocks = BLOCK.findall(RUNBOOKS.read_text(encoding="utf-8"))
    assert len(blocks) >= 10
    script = "\n".join(f"echo '# block {number}'\n{block}" for number, block in enumerate(blocks))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = tmp_path / "said.log"
    with said.open("w") as log:
        code = subprocess.run(
            ["timeout", "200", "bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=os.environ | drill | {"PATH": path},
            stdout=log,
            stderr=log,
            check=False,
        ).returncode
    assert code == 0, said.read_text()[-3000:]
    assert (tmp_path / "receipt.csv").read_text().count("replayed") == 2
