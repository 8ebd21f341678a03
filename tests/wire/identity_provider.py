"""A real OpenID provider on this machine, in a process of its own, and a person who signs in there."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Where it runs: its issuer is this address."""

    issuer: str

    def sign_in(self, address: str, subject: str) -> str:
        """What a person does there; returns the address to which it sends their browser back."""
        with httpx2.Client() as browser:
            assert browser.get(address).status_code == 200
            answer = browser.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    def deny(self, address: str) -> str:
        """The same for somebody who changes their mind."""
        with httpx2.Client() as browser:
            answer = browser.post(address, data={"action": "deny"})
        return str(answer.headers["location"])

    def knows(self, subject: str, claims: Mapping[str, object]) -> None:
        """From now on it says this of the person."""
        with httpx2.Client() as admin:
            answer = admin.put(f"{self.issuer}/users/{subject}", json=dict(claims))
        assert answer.status_code < 300, answer.text


@contextmanager
def identity_provider(**claims: object) -> Iterator[IdentityProvider]:
    """Runs for as long as the block lasts."""
    port = _free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    known = ["--user-claims", json.dumps({"sub": "known", **claims})]
    process = subprocess.Popen([*command, *known], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    provider = IdentityProvider(f"http://127.0.0.1:{port}")
    try:
        _wait(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(10)


def _wait(provider: IdentityProvider, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the provider ended at once"
        try:
            httpx2.get(f"{provider.issuer}/jwks")
            return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError("the provider does not answer")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
