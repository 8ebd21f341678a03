"""Authorities: documented classification, fail-over, quota, and what makes a token worthless."""

import asyncio
import socket
import subprocess
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import tsp

from tests.archive.signing.conftest import Making
from tests.needs import needs
from tests.wire.authority.certomancer import Pki
from tests.wire.authority.openssl_ts import Fault, Stand
from waypost.archive.signing.anchors import trusted
from waypost.archive.signing.authority import Authorities, retry_after
from waypost.archive.signing.refusals import AuthorityRefused, AuthorityUnreachable, AuthorityUntrusted, NoAuthority
from waypost.archive.signing.tokens import Answer, Question, check_token, read_answer
from waypost.platform.errors import Refusal
from waypost.platform.http.hardening import Hardening

pytestmark = pytest.mark.anyio
DIGEST = sha256(b"the root of a tree").digest()
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def ask(make: Making, second: Stand) -> Authorities:
    """The second authority alone."""
    return make(tsa_url=second.url).authorities


async def refusal(ask: Authorities) -> Refusal:
    """What the asker is told."""
    with pytest.raises(Refusal) as refused:
        await ask.token(DIGEST)
    return refused.value


@pytest.mark.parametrize("authority", ["certomancer", "openssl"])
async def test_a_token_of_either_authority(make: Making, pki: Pki, second: Stand, authority: str) -> None:
    token = await make(tsa_url=pki.tsa if authority == "certomancer" else second.url).authorities.token(DIGEST)
    assert abs(datetime.now(UTC) - token.at) < timedelta(minutes=1)
    assert "Acme Time" in token.subject and token.expires_at.year == 2095


async def test_openssl_accepts_the_token(make: Making, pki: Pki, tmp_path: Path) -> None:
    openssl = needs("openssl")
    token = await make().authorities.token(DIGEST)
    (tmp_path / "token").write_bytes(token.der)
    command = [openssl, "ts", "-verify", "-digest", DIGEST.hex(), "-token_in", "-in", str(tmp_path / "token")]
    run = [*command, "-CAfile", str(pki.root)]
    done = await asyncio.to_thread(subprocess.run, run, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


async def test_what_is_sent(make: Making, second: Stand) -> None:
    await make(tsa_url=second.url, tsa_user="alice", tsa_pass="sesame").authorities.token(DIGEST)
    headers, query = second.headers[0], tsp.TimeStampReq.load(second.asked[0]).native
    assert headers["content-type"] == "application/timestamp-query"
    assert headers["accept"] == "application/timestamp-reply"
    assert b64decode(headers["authorization"].removeprefix("Basic ")) == b"alice:sesame"
    assert query["message_imprint"]["hashed_message"] == DIGEST
    assert query["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert query["cert_req"] is True and query["nonce"] > 2**61 and query["req_policy"] is None


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
async def test_these_answers_pass(ask: Authorities, second: Stand, status: int) -> None:
    second.script = [Fault(status)]
    told = await refusal(ask)
    assert isinstance(told, AuthorityUnreachable) and told.again and told.code == "tsa_unreachable"
    assert str(status) in told.detail


@pytest.mark.parametrize("status", [400, 401, 403, 404, 302, 204])
async def test_these_answers_do_not_pass(ask: Authorities, second: Stand, status: int) -> None:
    second.script = [Fault(status, {"location": second.url})]
    told = await refusal(ask)
    assert isinstance(told, AuthorityRefused) and not told.again and told.code == "tsa_refused"
    assert len(second.asked) == 1


async def test_a_silent_authority_passes(make: Making, second: Stand) -> None:
    second.script = [Fault(hang=1.5)]
    assert isinstance(
        await refusal(make(tsa_url=second.url, tsa_timeout_seconds=0.3).authorities), AuthorityUnreachable
    )
    assert isinstance(await refusal(make(tsa_url="http://127.0.0.1:9/").authorities), AuthorityUnreachable)


async def test_what_is_no_token_is_refused(ask: Authorities, second: Stand) -> None:
    other = second.stamp(Question(sha256(b"another").digest()).der())
    same_digest = second.stamp(Question(DIGEST).der())
    rejected = Answer({"status": {"status": "rejection", "fail_info": {"bad_alg"}}}).dump()
    second.script = [Fault(body=b"<html>"), Fault(body=other, media="text/html"), other, same_digest, rejected]
    said = [await refusal(ask) for _ in range(5)]
    assert all(isinstance(one, AuthorityRefused) for one in said)
    assert ["RFC 3161" in said[0].detail, "text/html" in said[1].detail, "nonce" in said[2].detail] == [True] * 3
    assert "nonce" in said[3].detail and "bad_alg" in said[4].detail


async def test_a_media_type_may_have_parameters(ask: Authorities, second: Stand) -> None:
    second.media = "Application/Timestamp-Reply; charset=binary"
    assert (await ask.token(DIGEST)).subject


async def test_a_token_over_something_else_is_refused(second: Stand, pki: Pki) -> None:
    roots = trusted((pki.root,), system=False)
    question = Question(DIGEST)
    answer = second.stamp(question.der())
    token = await asyncio.to_thread(read_answer, question, answer, roots)
    with pytest.raises(AuthorityRefused):
        await asyncio.to_thread(check_token, token.der, sha256(b"else").digest(), roots)
    with pytest.raises(AuthorityRefused):
        await asyncio.to_thread(read_answer, replace(question, digest=sha256(b"else").digest()), answer, roots)
    with pytest.raises(AuthorityUntrusted):
        await asyncio.to_thread(
            check_token, token.der, DIGEST, trusted((pki.folder / "certs" / "ocsp.pem",), system=False)
        )
    assert (await asyncio.to_thread(check_token, token.der, DIGEST, roots, NOW)).at == token.at


async def test_a_strangers_chain_is_not_trusted(make: Making) -> None:
    told = await refusal(make(trust_paths="").authorities)
    assert isinstance(told, AuthorityUntrusted) and told.code == "tsa_untrusted" and "TSA_CA_BUNDLE" in told.detail


async def test_the_next_authority_is_asked(make: Making, pki: Pki, second: Stand) -> None:
    second.script = [Fault(503), Fault(404)]
    asked = make(tsa_url=second.url, tsa_urls=pki.tsa).authorities
    for _ in range(2):
        assert "Acme Time" in (await asked.token(DIGEST)).subject
    assert len(second.asked) == 2


async def test_what_may_pass_is_worth_waiting_for(make: Making, second: Stand) -> None:
    second.script = [Fault(403), Fault(503)]
    told = await refusal(make(tsa_url=second.url, tsa_urls=second.url + "/2").authorities)
    assert isinstance(told, AuthorityUnreachable)


async def test_an_authority_that_is_busy_is_left_in_peace(ask: Authorities, second: Stand) -> None:
    now = [NOW]
    ask.clock = lambda: now[0]
    second.script = [Fault(429, {"retry-after": "600"})]
    told = await refusal(ask)
    assert isinstance(told, AuthorityUnreachable) and told.retry_after == timedelta(minutes=10)
    now[0] += timedelta(minutes=4)
    told = await refusal(ask)
    assert isinstance(told, AuthorityUnreachable) and told.retry_after == timedelta(minutes=6)
    assert len(second.asked) == 1
    now[0] += timedelta(minutes=6)
    assert (await ask.token(DIGEST)).subject


async def test_without_addresses_there_is_nobody(make: Making) -> None:
    with pytest.raises(NoAuthority):
        await make(tsa_enabled=False).authorities.token(DIGEST)


async def test_a_name_that_leads_home_is_not_called(
    make: Making, second: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", second.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: home)
    rules = Hardening(allow_insecure_http=True)
    told = await refusal(make(rules=rules, tsa_url=f"http://tsa.example:{second.port}/").authorities)
    assert isinstance(told, AuthorityRefused) and not second.asked


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 22 Nov 2026 08:05:00 GMT", timedelta(minutes=5)),
        ("999999999999", timedelta(hours=1)),
        ("Sun, 22 Nov 2026 07:00:00 GMT", None),
        ("soon", None),
        (None, None),
    ],
)
async def test_both_forms_of_retry_after(said: str | None, wait: timedelta | None) -> None:
    assert retry_after(said, NOW) == wait
