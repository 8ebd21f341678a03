"""A CA that answers, a second time authority, a small PDF, and signers with settings of one's own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.wire.authority.certomancer import PASSWORD, Pki, running
from tests.wire.authority.openssl_ts import Stand, standing
from waypost.archive.signing.examine import Examined, Trust
from waypost.archive.signing.examining import examined
from waypost.archive.signing.opening import open_signing
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.platform.http.hardening import Hardening
from waypost.platform.jobs.children import stop_children

LOOPBACK = Hardening(allow_insecure_http=True, allow_local_upstreams=True)
Making = Callable[..., Signer]


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    """Certomancer; two seconds to start, so one for all."""
    with running(tmp_path_factory.mktemp("authority") / "pki") as found:
        yield found


@pytest.fixture
def second(tmp_path: Path, pki: Pki) -> Iterator[Stand]:
    """`openssl ts`, which follows a script."""
    with standing(tmp_path / "openssl", pki) as stand:
        yield stand


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One page, PDF/A-3a and PDF/UA-1, as sealing makes them."""
    import typst

    source = tmp_path_factory.mktemp("page") / "page.typ"
    source.write_text('#set document(title: "Ticket 20001")\n#set text(lang: "en")\n= Ticket 20001\nText.', "utf-8")
    made = typst.compile(str(source), pdf_standards=["a-3a", "ua-1"])
    assert isinstance(made, bytes)
    return made


def settings(pki: Pki, **said: Any) -> SigningSettings:
    """Signs with the CA's PFX and asks its time authority, unless said otherwise."""
    usual = {
        "enabled": True,
        "pfx_path": pki.pfx(),
        "pfx_password": PASSWORD.decode(),
        "tsa_enabled": True,
        "tsa_url": pki.tsa,
        "trust_paths": str(pki.root),
    }
    return SigningSettings(**{**usual, **said})


@pytest.fixture
async def make(pki: Pki) -> AsyncIterator[Making]:
    """Signers that are closed in the end."""
    async with AsyncExitStack() as stack:

        def made(rules: Hardening = LOOPBACK, **said: Any) -> Signer:
            signer = open_signing(settings(pki, **said), rules)
            stack.push_async_callback(signer.close)
            return signer

        yield made
        await stop_children()


@pytest.fixture
def trust(pki: Pki) -> Trust:
    """Of somebody who knows nothing but the root."""
    return Trust((pki.root.read_bytes(),), datetime.now(UTC), system=False)


async def judged(pdf: bytes, trust: Trust) -> Examined:
    """In a thread: a process for each test would cost more than all of them."""
    return await asyncio.to_thread(examined, pdf, trust)
