"""The smoke test: a house of its own, a stand-in of Zammad, one signed webhook, and then the PDF on the disk.

Everything lies in a folder that is removed again; nothing listens but on loopback. Exit code 0: it works.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.wire.zammad import StandIn, Webhook
from tests.wire.zammad.world import TOKEN

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 150.0
SECRET = "a webhook secret of the smoke test"
Found = TypeVar("Found")


class Smoke(Exception):
    """It does not work; the message says what was waited for."""


def main() -> int:
    """Say each step; 1 at the first that fails."""
    try:
        with tempfile.TemporaryDirectory(prefix="waypost-smoke-") as folder:
            run(Path(folder))
    except Smoke as failed:
        sys.stderr.write(f"smoke-test: FAILED, {failed}\n")
        return 1
    print("smoke-test: ok")
    return 0


def run(folder: Path) -> None:
    """Start, knock, look."""
    zammad = StandIn().start()
    try:
        with house(folder, zammad.base) as url:
            print(f"smoke-test: answers at {url}")
            deliver(zammad, url)
            pdf = until(lambda: archived(folder / "archive"), "a PDF with its sidecar")
            print(f"smoke-test: {pdf.relative_to(folder)}")
            check(pdf)
            until(lambda: tags(zammad) == ["pdf:signed"], "the tag pdf:signed")
    finally:
        zammad.stop()


@contextmanager
def house(folder: Path, zammad: str) -> Iterator[str]:
    """`waypost up` until the block ends."""
    folder.chmod(0o711)
    waypost, data = [sys.executable, "-m", "waypost.cli"], ["--data", str(folder / "data")]
    named, log = environment(folder, zammad), folder / "up.log"
    subprocess.run([*waypost, "archive", "prepare", *data], env=named, check=True, stdout=subprocess.DEVNULL)
    with log.open("wb") as said:
        command = [*waypost, "up", "--port", "0", *data]
        up = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=named)
    try:
        ready = until(lambda: address(up, log), "the start")
        yield ready
    except Smoke as failed:
        raise Smoke(f"{failed}\n{log.read_text()[-4000:]}") from None
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(PATIENCE)


def environment(folder: Path, zammad: str) -> dict[str, str]:
    """As an operator of the archiver would set it, for this machine only."""
    (folder / "archive").mkdir()
    named = {
        "ZAMMAD_BASE_URL": zammad,
        "ZAMMAD_API_TOKEN": TOKEN,
        "WEBHOOK_HMAC_SECRET": SECRET,
        "STORAGE_ROOT": str(folder / "archive"),
        "HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP": "true",
        "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS": "true",
        "LOG_LEVEL": "warning",
    }
    return os.environ | named


def address(up: "subprocess.Popen[bytes]", log: Path) -> str | None:
    """Where it says that it answers; waiting on is of no use when it has ended."""
    if found := re.search(r"ready at (http://\S+)", log.read_text()):
        return found[1]
    if up.poll() is None:
        return None
    raise Smoke(f"it ended with exit code {up.returncode}:\n{log.read_text()[-2000:]}")


def deliver(zammad: StandIn, url: str) -> None:
    """A closed ticket with the trigger tag, and its webhook as Zammad signs it."""
    ticket = zammad.world.ticket("pdf:sign")
    article = zammad.world.article(ticket, "<p>The hangar door is stuck.</p>")
    webhook = Webhook(f"{url}/ingest", SECRET)
    answers = webhook.send(webhook.delivery(zammad.world, ticket, article))
    if answers != [202]:
        raise Smoke(f"the webhook was answered {answers}")
    print("smoke-test: the webhook was accepted")


def archived(root: Path) -> Path | None:
    """The PDF once its sidecar stands: that comes last."""
    sidecar = next(root.rglob("*.pdf.json"), None)
    return sidecar.with_suffix("") if sidecar else None


def check(pdf: Path) -> None:
    """It is a PDF, and the one that its sidecar names."""
    from hashlib import sha256

    content = pdf.read_bytes()
    told = json.loads(pdf.with_name(f"{pdf.name}.json").read_text("utf-8"))
    if not content.startswith(b"%PDF") or told["sha256"] != sha256(content).hexdigest():
        raise Smoke("the file is not what its sidecar says")


def tags(zammad: StandIn) -> list[str]:
    """The ticket's tags now."""
    return next(iter(zammad.world.tickets.values())).tags


def until(holds: Callable[[], Found | None], what: str) -> Found:
    """Wait for something to be there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.2)
    raise Smoke(f"{what} did not come within {PATIENCE:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
