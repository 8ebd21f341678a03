"""The matrix of signatures, over all four doors: what holds, what does not, and that nobody is told why."""

import gzip
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.sourcing.callbacks.sender import Call, Sender, offer
from waypost.platform.ids import new_id
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.callbacks.settings import CallbackSettings
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.wire.signing import headers

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
    assert told["detail"].startswith("This callback is not proven to be a scraper's; the reason stands in the log")
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
async def test_the_first_version_is_as_strict_in_all_else(sender: Sender, restored: None, door: int) -> None:
    call = sender.calls()[door]
    guard(sender, least_version=1, secrets=(b"the new one", sender.secret))
    sent = signed_headers(sender, call)
    del sent["x-worker-signature-v2"]
    for skew, code in ((301, 401), (-302, 401), (299, 201)):
        late = signed_headers(sender, call, skew)
        del late["x-worker-signature-v2"]
        assert await knocked(sender, call.path, call.raw(), [*late.items()]) == code, skew
    for name in ("x-worker-signature", "x-worker-timestamp", "x-request-id"):
        without = [(key, value) for key, value in sent.items() if key != name]
        assert await knocked(sender, call.path, call.raw(), without) == 401, name
        assert await knocked(sender, call.path, call.raw(), [*without, (name, "0" * 64)]) == 401, name


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_names_of_headers_have_no_case_and_stand_once(sender: Sender, door: int) -> None:
    guard(sender)
    call = sender.calls()[door]
    sent = signed_headers(sender, call)
    assert await knocked(sender, call.path, call.raw(), [(name.upper(), each) for name, each in sent.items()]) == 201
    for name, value in list(sent.items())[:4]:
        for again in (value, "0" * 64):
            doubled = [*sent.items(), (name.title(), again)]
            assert await knocked(sender, call.path, call.raw(), doubled) == 401, name
    bearers = [*sent.items(), ("authorization", "Bearer a"), ("Authorization", "Bearer a")]
    assert await knocked(sender, call.path, call.raw(), bearers) == 401


@pytest.mark.parametrize("door", range(4), ids=DOORS)
async def test_bytes_are_signed_as_they_travel(sender: Sender, door: int) -> None:
    guard(sender)
    call = sender.calls()[door]
    raw, packed = call.raw(), gzip.compress(call.raw())
    plain, small = signed_headers(sender, call), signed_headers(sender, call, raw=packed)
    coded = {"content-encoding": "gzip"}
    cases: list[tuple[bytes, dict[str, str], tuple[int, ...]]] = [
        (raw + b" ", plain, (401,)),
        (b"\xef\xbb\xbf" + raw, plain, (400, 401)),
        (raw[:-1], plain, (400,)),
        (b"", plain, (400,)),
        (packed, plain | coded, (401,)),
        (raw, small, (401,)),
        (raw, plain | coded, (400,)),
        (packed, small, (400,)),
        (gzip.compress(raw, 1, mtime=1), small | coded, (401,)),
        (packed + packed, small | coded, (400,)),
        (packed, small | {"content-encoding": "br"}, (415,)),
    ]
    for number, (body, told, codes) in enumerate(cases):
        assert await knocked(sender, call.path, body, [*told.items()]) in codes, number
    assert (await sender.run()).status == "PENDING"
    assert await knocked(sender, call.path, packed, [*(small | coded).items()]) == 201


def signed_headers(sender: Sender, call: Call, skew: int = 0, raw: bytes | None = None) -> dict[str, str]:
    """As a scraper signs this call, so many seconds from now."""
    gate = sender.product.house.parts.of(Gate)
    signed, instant = call.signed(call.raw() if raw is None else raw), int(gate.clock().timestamp()) + skew
    return headers(gate.terms.secrets[-1], instant, signed) | {"content-type": "application/json"}


async def knocked(sender: Sender, path: str, raw: bytes, sent: list[tuple[str, str]]) -> int:
    """The status of one call with exactly these headers."""
    async with sender.product.visit() as client:
        return (await client.post(path, content=raw, headers=sent)).status_code


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


async def test_what_was_received_is_found_in_the_log_by_every_id(sender: Sender) -> None:
    for part in ("callbacks", "runs"):
        logging.getLogger(f"waypost.sourcing.{part}").setLevel(logging.INFO)
    trace = str(new_id())
    with capture_logs() as lines:
        await sender.say(sender.completion("event-7", taskId="task-7", traceId=trace))
    by_event = {line["event"]: line for line in lines}
    received, run = by_event["callback.received"], await sender.run()
    ids = {"source_run_id": str(run.id), "event_id": "event-7", "task_id": "task-7", "trace_id": trace}
    assert ids.items() <= received.items() and received["outcome"] == "applied"
    moved = by_event["run.moved"]
    assert (moved["was"], moved["now"], moved["trace_id"]) == ("RUNNING", "COMPLETED", str(run.trace_id))


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
