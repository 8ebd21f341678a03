"""The matrix of ID tokens, over all four doors: audience, issuer, account, time, keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.sourcing.callbacks.sender import Sender
from tests.wire.id_tokens import ACCOUNT, Issuer, issuer, lies
from waypost.platform.http import Trust, WayOut
from waypost.sourcing.callbacks.gate import Gate

pytestmark = pytest.mark.anyio
AUDIENCE = "https://api.example/api/job-sources/complete"
DOORS = ("complete", "heartbeat", "one", "batch")


@pytest.fixture(scope="module")
def google() -> Iterator[Issuer]:
    """The issuer."""
    with issuer() as made:
        yield made


@pytest.fixture
async def guarded(sender: Sender, google: Issuer) -> Any:
    """Callbacks need an ID token for `AUDIENCE`, of one account."""
    parts = sender.product.house.parts
    before = parts.of(Gate)
    terms = replace(before.terms, audience=AUDIENCE, email=ACCOUNT, keys=google.address, limited=False)
    gate = Gate(terms, WayOut(Trust.OPERATOR), before.clock)
    parts.add(gate)
    google.published = ["first"]
    yield sender
    await gate.close()
    parts.add(before)


def now(sender: Sender) -> float:
    """The doors' own time."""
    return sender.product.house.parts.of(Gate).clock().timestamp()


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_a_good_one_is_taken(guarded: Sender, google: Issuer, door: int) -> None:
    token = google.token(AUDIENCE, now(guarded))
    assert (await guarded.send(guarded.calls()[door], authorization=f"Bearer {token}")).status_code == 201
    without_scheme = google.token([AUDIENCE], now(guarded), iss="accounts.google.com")  # type: ignore[arg-type]
    again = await guarded.send(guarded.calls()[door], authorization=f"bearer {without_scheme}")
    assert again.status_code == 201


BAD: dict[str, dict[str, Any]] = {
    "audience": {"aud": "https://elsewhere.example"},
    "no audience": {"aud": None},
    "issuer": {"iss": "https://accounts.example"},
    "account": {"email": "somebody@project.iam.example"},
    "no account": {"email": None},
    "unverified account": {"email_verified": False},
    "half verified": {"email_verified": "true"},
    "expired": {"exp": 1_000_000_000},
    "no end": {"exp": None},
    "from the future": {"iat": 9_000_000_000},
    "not yet valid": {"nbf": 9_000_000_000},
    "valid from some day": {"nbf": "tomorrow"},
    "no number of JSON": {"exp": float("nan")},
    "no times": {"exp": "never"},
}


@pytest.mark.parametrize("door", range(4), ids=DOORS)
@pytest.mark.parametrize("claims", BAD.values(), ids=BAD)
async def test_a_bad_one_is_not(guarded: Sender, google: Issuer, door: int, claims: dict[str, Any]) -> None:
    token = google.token(AUDIENCE, now(guarded), **claims)
    answer = await guarded.send(guarded.calls()[door], authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert (await guarded.run()).status == "PENDING"


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_a_token_alone_is_not_enough(guarded: Sender, google: Issuer, door: int) -> None:
    token, call = google.token(AUDIENCE, now(guarded)), guarded.calls()[door]
    answer = await guarded.send(call, authorization=f"Bearer {token}", x_worker_signature_v2="")
    assert answer.status_code == 401
    assert (await guarded.send(call)).status_code == 401


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_what_nobody_signed_is_refused(guarded: Sender, google: Issuer, door: int) -> None:
    for name, token in lies(google.token(AUDIENCE, now(guarded))).items():
        answer = await guarded.send(guarded.calls()[door], authorization=f"Bearer {token}")
        assert answer.status_code == 401, name
    assert (await guarded.run()).status == "PENDING"


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_where_a_token_is_shared_no_id_token_counts(guarded: Sender, google: Issuer, door: int) -> None:
    parts, call = guarded.product.house.parts, guarded.calls()[door]
    gate = parts.of(Gate)
    parts.add(Gate(replace(gate.terms, token=b"shared"), clock=gate.clock))
    token = google.token(AUDIENCE, now(guarded))
    assert (await guarded.send(call, authorization=f"Bearer {token}")).status_code == 401
    assert (await guarded.send(call, authorization="Bearer shared")).status_code == 201
    parts.add(gate)


async def test_new_keys_are_fetched_but_not_at_every_lie(guarded: Sender, google: Issuer) -> None:
    gate = guarded.product.house.parts.of(Gate)
    assert (
        await guarded.send(guarded.heartbeat(), authorization=f"Bearer {google.token(AUDIENCE, now(guarded))}")
    ).is_success
    asked = google.asked
    for _ in range(5):
        lie = google.token(AUDIENCE, now(guarded), by="strange")
        assert (await guarded.send(guarded.heartbeat(), authorization=f"Bearer {lie}")).status_code == 401
    assert google.asked == asked
    google.published = ["second"]
    base = gate.clock
    gate.clock = lambda: base() + timedelta(seconds=61)
    token = google.token(AUDIENCE, now(guarded), by="second")
    assert (await guarded.send(guarded.heartbeat(), authorization=f"Bearer {token}")).status_code == 201
    assert google.asked == asked + 1


async def test_a_silent_issuer_is_no_reason_to_believe(sender: Sender) -> None:
    parts = sender.product.house.parts
    before = parts.of(Gate)
    gate = Gate(
        replace(before.terms, audience=AUDIENCE, keys="http://127.0.0.1:9/certs"), WayOut(Trust.OPERATOR), before.clock
    )
    parts.add(gate)
    answer = await sender.send(sender.completion(), authorization="Bearer a.b.c")
    parts.add(before)
    await gate.close()
    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
