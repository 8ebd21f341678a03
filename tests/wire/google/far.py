"""Three far sides that the same client is tried on: our stand-in, and two emulators that other people wrote.

What each of them can do stands in one table; where a capability is missing the test must fail there (strictly), so
that the table stays true when an emulator learns something.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.wire.google.server import StandIn
from tests.wire.google.world import CLIENT, CLIENT_SECRET, READONLY, SEND
from waypost.ticketing.mailboxes.google.oauth import challenge
from waypost.ticketing.mailboxes.google.terms import GoogleTerms, Places

OURS, EMULATE, MYWORLD = "stand-in", "emulate", "myworld"
ADDRESS = "journal@acme.example"
EVERYWHERE = {OURS, EMULATE, MYWORLD}
ABLE: dict[str, set[str]] = {
    "listing": EVERYWHERE,
    "refresh": EVERYWHERE,
    "sending": EVERYWHERE,
    "additions in the history": EVERYWHERE,
    "gone is 404": EVERYWHERE,
    "consent": {OURS, EMULATE},
    "exact bytes": {OURS, EMULATE},
    "watch": {OURS, EMULATE},
    "profile": {OURS, MYWORLD},
    "history forgets": {OURS, MYWORLD},
    "history ids fit a column": {OURS, MYWORLD},
    "wrong token is refused": {OURS, MYWORLD},
    "wrong page is refused": {OURS, MYWORLD},
    "find by Message-ID": {OURS},
    "batch": {OURS},
}
"""Capability and who has it; `emulate` 0.11.2, `myworld` 0.2.1."""
LOOPBACK = """
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === "number" && typeof rest[0] !== "string"
    ? listen.call(this, port, "127.0.0.1", ...rest)
    : listen.call(this, port, ...rest);
};
"""
"""Preloaded: this emulator would listen on all interfaces."""
REDIRECT = "http://localhost:8000/mailboxes/gmail/oauth/callback"


@dataclass(frozen=True, slots=True)
class Far:
    """A far side with one account; `code` agrees as its owner and gives a code for a verifier."""

    name: str
    terms: GoogleTerms
    code: Callable[[str], str] | None
    refresh_token: str = ""


def against(capability: str) -> pytest.MarkDecorator:
    """On every far side; where the capability is missing, the test has to fail."""
    missing = pytest.mark.xfail(strict=True, reason=f"cannot: {capability}")
    able = ABLE[capability]
    names = sorted(EVERYWHERE)
    params = [pytest.param(name, marks=() if name in able else missing) for name in names]
    return pytest.mark.parametrize("far", params, indirect=True)


@contextmanager
def stand_in() -> Iterator[Far]:
    """Ours."""
    running = StandIn().start()

    def code(verifier: str) -> str:
        asked = {"redirect_uri": REDIRECT, "state": "s", "code_challenge": challenge(verifier), "email": ADDRESS}
        return _code(httpx2.post(f"{running.base}/consent", data={**asked, "allowed": [READONLY, SEND]}))

    try:
        yield Far(OURS, running.terms(sends=True), code)
    finally:
        running.stop()


def _code(back: httpx2.Response) -> str:
    return parse_qs(urlsplit(back.headers["location"]).query)["code"][0]


@contextmanager
def emulate(folder: Path, port: int) -> Iterator[Far]:
    """npm `emulate`, found by EMULATE_HOME (the folder with its node_modules); absent: skipped by name."""
    script = Path(os.environ.get("EMULATE_HOME", ".")) / "node_modules/emulate/dist/index.js"
    node = shutil.which("node")
    if node is None or not script.is_file():
        pytest.skip("emulate is not installed (npm install emulate@0.11.2, EMULATE_HOME=its folder)")
    (folder / "loopback.cjs").write_text(LOOPBACK)
    client = f"client_id: {CLIENT}, client_secret: {CLIENT_SECRET}, name: W, redirect_uris: ['{REDIRECT}']"
    users = f"[{{email: {ADDRESS}, name: Journal}}]"
    (folder / "seed.yaml").write_text(f"google: {{users: {users}, oauth_clients: [{{{client}}}]}}\n")
    start = [node, "--require", "./loopback.cjs", str(script.resolve()), "start", "--service", "google"]
    base = f"http://127.0.0.1:{port}"
    places = Places(f"{base}/o/oauth2/v2/auth", f"{base}/oauth2/token", f"{base}/oauth2/revoke", "", base)

    def code(verifier: str) -> str:
        asked = {"redirect_uri": REDIRECT, "state": "s", "code_challenge": challenge(verifier), "email": ADDRESS}
        extra = {"client_id": CLIENT, "scope": f"{READONLY} {SEND}", "code_challenge_method": "S256"}
        return _code(httpx2.post(f"{base}/o/oauth2/v2/auth/callback", data=asked | extra))

    with _running([*start, "--port", str(port), "--seed", "seed.yaml"], folder, base):
        yield Far(EMULATE, GoogleTerms(CLIENT, CLIENT_SECRET, places, sends=True), code)


@contextmanager
def myworld(folder: Path, port: int) -> Iterator[Far]:
    """PyPI `myworld`, by its own HTTP paths; absent: skipped by name."""
    program = shutil.which("myworld", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("myworld is not installed")
    (folder / "env.yaml").write_text(
        f"name: journal\nservers:\n  gmail:\n    seed: {{user: {{email: {ADDRESS}, name: Journal}}, emails: []}}\n"
    )
    start = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--env", "env.yaml"]
    gateway = ["--gateway", "0", "--no-passthrough", "--ca-dir", str(folder / "ca")]
    base = f"http://127.0.0.1:{port}"
    token = f"{base}/gw/oauth2.googleapis.com/token"
    places = Places("", token, f"{base}/gw/oauth2.googleapis.com/revoke", "", f"{base}/gw/gmail.googleapis.com")
    with _running([*start, *gateway], folder, f"{base}/instances"):
        said = re.search(r"GOG_ACCESS_TOKEN=(\S+)", (folder / "out.log").read_text())
        assert said is not None
        yield Far(MYWORLD, GoogleTerms(CLIENT, CLIENT_SECRET, places, sends=True), None, said[1])


@contextmanager
def _running(command: list[str], folder: Path, ready: str) -> Iterator[None]:
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(ready)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            httpx2.get(url, timeout=2)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nobody answers at {url}")


OPENERS: dict[str, Any] = {EMULATE: emulate, MYWORLD: myworld}
