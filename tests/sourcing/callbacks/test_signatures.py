"""The matrix of signatures, over all four doors: what holds, what does not, and that nobody is told why."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.sourcing.callbacks.sender import Sender, offer
from waypost.platform.ids import new_id
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.callbacks.settings import CallbackSettings
from waypost.sourcing.callbacks.terms import CallbackTerms

pytestmark = pytest.mark.anyio
DOORS = ("complete", "heartbeat", "one", "batch")


@pytest.fixture
def restored(sender: Sender) -> Iterator[None]:
    """The installation's own verifier stands again after a test that put another in its place."""
    before = sender.product.house.parts.of(Gate)
    yield
    sender.product.house.parts.add(before)


def guard(sender: Sender, **changed: Any) -> Gate:
    """The doors are guarded otherwise from now on."""
    parts = sender.product.house.parts
    gate = Gate(replace(parts.of(Gate).terms, **changed), clock=parts.of(Gate).clock)
    parts.add(gate)
    return gate


@pytest.mark.parametrize("door", range(4), ids=DOORS)
@pytest.mark.parametrize("skew", [0, 299, -298])
async def test_a_good_one_is_taken(sender: Sender, door: int, skew: int) -> None:
    sender.skew = skew
    assert (await sender.send(sender.calls()[door])).status_code == 201


BAD: dict[str, dict[str, Any]] = {
    "no signature": {"x_worker_signature": ""},
    "no second signature": {"x_worker_signature_v2": ""},
    "no time": {"x_worker_timestamp": ""},
    "no request id": {"x_request_id": ""},
    "another request id": {"x_request_id": "req-2"},
    "another signature": {"x_worker_signature": "0" * 64},
    "another second signature": {"x_worker_signature_v2": "0" * 64},
    "another time": {"x_worker_timestamp": "1700000000"},
    "no number": {"x_worker_timestamp": "now"},
    "infinity": {"x_worker_timestamp": "inf"},
}


@pytest.mark.parametrize("door", range(4), ids=DOORS)
@pytest.mark.parametrize("changed", BAD.values(), ids=BAD)
async def test_a_bad_one_is_not_and_nobody_is_told_why(sender: Sender, door: int, changed: dict[str, Any]) -> None:
    guard(sender)
    answer = await sender.send(sender.calls()[door], **changed)
    told = answer.json()
    assert (answer.status_code, told["code"], told["category"]) == (401, "UNAUTHORIZED", "auth")
    assert told["detail"] == "This callback is not proven to be a scraper's"
    assert (await sender.run()).status == "PENDING"


@pytest.mark.parametrize("door", range(4), ids=DOORS)
@pytest.mark.parametrize("skew", [301, -302])
async def test_too_early_or_too_late(sender: Sender, door: int, skew: int) -> None:
    sender.skew = skew
    assert (await sender.send(sender.calls()[door])).status_code == 401


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_a_body_that_was_changed_on_the_way(sender: Sender, door: int) -> None:
    call = sender.calls()[door]
    signed = call.signed(call.raw())
    call.body["runId"] = "another"
    altered = replace(call, body=call.body)
    gate = sender.product.house.parts.of(Gate)
    from waypost.sourcing.wire.signing import headers

    sent = headers(sender.secret, int(gate.clock().timestamp()), signed)
    async with sender.product.visit() as client:
        answer = await client.post(altered.path, content=altered.raw(), headers=sent)
    assert answer.status_code == 401


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_without_a_secret_nothing_is_taken(sender: Sender, restored: None, door: int) -> None:
    call = sender.calls()[door]
    secret = sender.secret
    assert secret
    guard(sender, secrets=())
    async with sender.product.visit() as client:
        answer = await client.post(call.path, content=call.raw())
    assert (answer.status_code, answer.json()["code"]) == (503, "CALLBACKS_NOT_CONFIGURED")


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_two_secrets_while_they_are_changed(sender: Sender, restored: None, door: int) -> None:
    call, old = sender.calls()[door], sender.secret
    guard(sender, secrets=(old, b"the new one"))
    assert (await sender.send(call)).status_code == 201
    guard(sender, secrets=(b"the new one",))
    guarded = sender.product.house.parts.of(Gate)
    sender.product.house.parts.add(Gate(CallbackTerms(secrets=(old,)), clock=guarded.clock))
    assert (await sender.send(call)).status_code == 201


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_the_first_version_alone_only_behind_its_switch(sender: Sender, restored: None, door: int) -> None:
    call = sender.calls()[door]
    assert (await sender.send(call, x_worker_signature_v2="")).status_code == 401
    guard(sender, least_version=1)
    assert (await sender.send(call, x_worker_signature_v2="")).status_code == 201
    assert (await sender.send(call, x_worker_signature_v2="0" * 64)).status_code == 401


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_a_bearer_token_is_asked_for_where_one_is_set(sender: Sender, restored: None, door: int) -> None:
    call = sender.calls()[door]
    guard(sender, token=b"a shared token", audience="https://api.example")
    assert (await sender.send(call)).status_code == 401
    assert (await sender.send(call, authorization="Bearer a shared tokex")).status_code == 401
    assert (await sender.send(call, authorization="Bearer a shared token")).status_code == 201


async def test_an_event_needs_an_id(sender: Sender) -> None:
    for call in (sender.completion(" "), sender.batch("", jobs=[offer(1)])):
        assert (await sender.send(call)).status_code == 401


async def test_a_refusal_is_logged_with_its_reason_and_without_its_secrets(sender: Sender) -> None:
    logging.getLogger("waypost.sourcing.callbacks").setLevel(logging.INFO)
    with capture_logs() as lines:
        await sender.send(sender.completion(), x_worker_signature="0" * 64)
    (line,) = [each for each in lines if each["event"] == "callback.refused"]
    assert (line["reason"], line["address"], line["kind"]) == ("mismatch", "127.0.0.1", "complete")
    assert sender.secret.decode() not in str(lines) and "0" * 64 not in str(lines)


async def test_who_fails_too_often_is_told_to_wait(sender: Sender, restored: None) -> None:
    guard(sender, limited=True)
    answers = [await sender.send(sender.completion(), x_worker_signature="0" * 64) for _ in range(60)]
    while answers[-1].status_code == 401 and len(answers) < 600:  # a try comes back each second, however slow we are
        answers.append(await sender.send(sender.completion(), x_worker_signature="0" * 64))
    assert [answer.status_code for answer in answers[:60]] == [401] * 60
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1


async def test_a_source_has_a_limit_of_its_own(sender: Sender, restored: None) -> None:
    guard(sender, limited=True, rate=0.0, burst=2)
    codes = [(await sender.send(sender.heartbeat(phase="queued"))).status_code for _ in range(3)]
    assert codes == [201, 201, 429]


async def test_broken_json_and_doubled_keys_are_400(sender: Sender) -> None:
    run, event = sender.run_id, new_id()
    for text in (
        '{"sourceRunId": "%s", "eventId": "%s", "eventId": "%s"}',
        '{"sourceRunId": "%s", "eventId": "%s", "a": {"b": 1, "b": 2}, "c": "%s"}',
        '["%s", "%s", "%s"]',
        '{"sourceRunId": "%s", "eventId": "%s", "a": NaN, "c": "%s"}',
        '{"sourceRunId": "%s", "eventId": "%s", "a": 1e999, "c": "%s"}',
        '{"a": ' * 100 + '"%s", "%s", "%s"',
    ):
        call = sender.completion(str(event))
        answer = await sender.send(replace_raw(call, (text % (run, event, event)).encode()))
        assert answer.status_code == 400, (text, answer.text)
    assert await sender.rows(CallbackEvent, CallbackEvent.source_run_id == run) == []


def replace_raw(call: Any, raw: bytes) -> Any:
    """A call with another body, signed as if it were its own."""

    class Other:
        path, run_id = call.path, call.run_id

        def raw(self) -> bytes:
            return raw

        def signed(self, body: bytes) -> Any:
            return call.signed(body)

    return Other()


def test_production_does_not_start_half_open() -> None:
    from waypost.platform.settings import SettingRefused

    for said in ({"WORKER_CALLBACK_TOKEN": "t"}, {"WORKER_CALLBACK_OIDC_AUDIENCE": "http://api.example"}):
        with pytest.raises(SettingRefused):
            CallbackSettings.model_validate(said).check(prod=True)
        CallbackSettings.model_validate(said).check(prod=False)
    CallbackSettings.model_validate({}).check(prod=True)
    whole = {"WORKER_CALLBACK_TOKEN": "t", "WORKER_CALLBACK_SIGNING_SECRET": "s"}
    CallbackSettings.model_validate(whole).check(prod=True)
    assert CallbackSettings.model_validate({}).terms().secrets == ()
    assert CallbackSettings.model_validate({}).terms("made").secrets == (b"made",)
    assert CallbackSettings.model_validate(whole).terms("made").secrets == (b"s",)
