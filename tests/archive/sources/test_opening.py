"""Under which rules an installation is reached: the operator's word, a tenant's word, own authorities, silence."""

import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.archive.sources.conftest import Hand, described, source_of
from tests.cast import SECRETS
from tests.wire.certificate import make_certificate
from tests.wire.zammad import StandIn
from tests.wire.zammad.world import TOKEN
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.testing import look_at
from waypost.platform.errors import Refusal
from waypost.platform.http import PrivateAddress, Trust
from waypost.platform.http.hardening import (
    BadCaBundle,
    Hardening,
    LocalUpstream,
    NotAnAddress,
    PlainHttp,
    UnverifiedTls,
    is_local,
    split,
    tls_context,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("hardening", "changes", "refusal"),
    [
        (Hardening(), {}, PlainHttp),
        (Hardening(allow_insecure_http=True), {}, LocalUpstream),
        (Hardening(allow_insecure_http=True, allow_local_upstreams=True), {"verify_tls": False}, UnverifiedTls),
        (Hardening(), {"trust": Trust.TENANT}, PlainHttp),
        (Hardening(allow_insecure_http=True), {"trust": Trust.TENANT}, PrivateAddress),
        (Hardening(), {"base_url": "https://localhost:1"}, LocalUpstream),
    ],
)
async def test_refused_before_anything_is_sent(
    hand: Hand, far: StandIn, hardening: Hardening, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    """Each rule has its own switch; a tenant is never led into a private network by the operator's switches."""
    source = source_of(hand.org, described(far, **changes), hand.now)
    with pytest.raises(refusal):
        async with Zammads(SECRETS.vault, hardening).open(source) as zammad:
            await zammad.me()
    assert far.world.calls == []


async def test_silence_is_an_answer_about_the_address(hand: Hand, far: StandIn, zammads: Zammads) -> None:
    """Nobody listens there; the other stages are not reached."""
    source = source_of(hand.org, described(far, base_url="http://127.0.0.1:1"), hand.now)
    looked = await look_at(zammads, source, TOKEN)
    assert not looked.is_ready and looked.stopped_by is not None and looked.stopped_by.again
    assert [(each.name, each.ok) for each in looked.stages][:3] == [("address", False), ("tls", None), ("login", None)]


async def test_how_a_removal_works_is_remembered(hand: Hand, far: StandIn, zammads: Zammads) -> None:
    """B1: for as long as the process lives, not only for one client."""
    source, far.world.removing = source_of(hand.org, described(far), hand.now), "GET"
    ticket = far.world.ticket("a", "b")
    async with zammads.open(source) as zammad:
        await zammad.remove_tag(str(ticket.id), "a")
    async with zammads.open(source) as zammad:
        await zammad.remove_tag(str(ticket.id), "b")
    assert [call.method for call in far.world.calls] == ["DELETE", "GET", "GET"]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("desk.localhost.", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("169.254.169.254", True),
        ("0.0.0.0", True),
        ("10.0.0.5", False),
        ("desk.acme.example", False),
        ("8.8.8.8", False),
    ],
)
async def test_what_is_local(host: str, local: bool) -> None:
    """§5.2: localhost, loopback, link-local, unspecified; an operator's private networks are not."""
    assert is_local(host) is local


@pytest.mark.parametrize(
    "url", ["desk.example", "ftp://desk.example", "https://", "https://a:b@desk.example", "http://[::1"]
)
async def test_no_addresses(url: str) -> None:
    """Neither scheme nor host may be missing, and nobody signs in by an address."""
    with pytest.raises(NotAnAddress):
        split(url)


async def test_own_authorities(hand: Hand, zammads: Zammads, tmp_path: Path) -> None:
    """B8: with a bundle of its own only that is trusted; without it the connection is refused, and told as such."""
    far = StandIn(certificate=make_certificate(tmp_path)).start()
    try:
        assert far.certificate is not None
        pem = far.certificate.file.read_text()
        (tmp_path / "other").mkdir()
        other = make_certificate(tmp_path / "other").file.read_text()
        stages = {}
        for name, ca in (("own", pem), ("system", None), ("other", other)):
            looked = await look_at(zammads, source_of(hand.org, described(far, ca_pem=ca), hand.now), TOKEN)
            stages[name] = {each.name: each.ok for each in looked.stages}
        assert stages["own"]["tls"] is True and stages["own"]["login"] is True
        assert [(stages[name]["address"], stages[name]["tls"]) for name in ("system", "other")] == [(True, False)] * 2
    finally:
        far.stop()


async def test_contexts() -> None:
    """What they verify, and what is no certificate."""
    unverified = tls_context(verify=False)
    assert unverified is not None and unverified.verify_mode is ssl.CERT_NONE
    assert tls_context() is None
    with pytest.raises(BadCaBundle):
        tls_context(ca_pem="no certificate")


async def test_an_operator_allows_what_is_his(hand: Hand, far: StandIn, zammads: Zammads) -> None:
    """With the switches on it is reached."""
    source = source_of(hand.org, described(far), hand.now)
    async with replace(zammads, allowed=()).open(source) as zammad:
        assert (await zammad.me()).login == "archiver"
