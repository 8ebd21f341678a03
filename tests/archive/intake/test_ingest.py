"""Webhooks at the documented doors: what is taken, what is refused, and in which order it is looked at."""

import pytest

from tests.archive.intake.conftest import SMALL, Install
from tests.archive.intake.knocker import FORMER, TOKEN, Knocker, sign
from waypost.archive.requests.models import State

pytestmark = pytest.mark.anyio

UNSIGNED = {"WEBHOOK_HMAC_SECRET": "", "WEBHOOK_HMAC_SECRET_PREVIOUS": ""}
JSON = {"content-type": "application/json"}


async def test_a_webhook_is_written_down_before_the_answer(knocker: Knocker) -> None:
    answer = await knocker.post({"ticket": {"id": 5}}, headers={"x-request-id": "abc.1"})
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted", "ticket_id": 5})
    assert answer.headers["x-request-id"] == "abc.1"
    (request,) = await knocker.requests()
    known = (request.kind, request.source, request.ref, request.state, request.wire_request_id)
    assert known == ("zammad", "default", "5", State.RECEIVED, "abc.1")


IDS = [5, "5", "+5", " 7 ", 1.0, "007"]


async def test_ids_that_are_taken(knocker: Knocker) -> None:
    for given in IDS:
        answer = await knocker.post({"ticket_id": given})
        assert (answer.status_code, answer.json()["ticket_id"]) == (202, int(str(given).strip().replace(".0", "")))


UNFIT = [
    {},
    {"ticket_id": True},
    {"ticket_id": 1.5},
    {"ticket_id": "x"},
    {"ticket_id": -1},
    {"ticket_id": 0},
    {"ticket": 5},
    {"ticket": {"id": True}},
    {"ticket": {"id": 1.5}},
    {"ticket": {"id": 0}},
    {"ticket": {"id": -2}},
    {"ticket": {}},
    {"ticket_id": 99999999999999999999},
    {"ticket_id": None},
    [],
    5,
    b"{",
    b"",
    b"\xff",
]


async def test_bodies_that_are_not(knocker: Knocker) -> None:
    for body in UNFIT:
        answer = await knocker.post(body)
        assert answer.status_code == 422
        (first, *_) = answer.json()["detail"]
        assert set(first) == {"type", "loc", "msg"}
        assert await knocker.requests() == []


WINNERS = [
    ({"ticket_id": 3, "ticket": {"id": 4}}, 3),
    ({"ticket_id": 0, "ticket": {"id": 4}}, 4),
    ({"ticket_id": None, "ticket": {"id": "123"}}, 123),
    ({"ticket": {"id": "+12"}}, 12),
    ({"ticket": None, "ticket_id": 6}, 6),
    ({"ticket_id": 6, "anything": {"else": 1}}, 6),
]


async def test_which_id_counts(knocker: Knocker) -> None:
    for body, taken in WINNERS:
        assert (await knocker.post(body)).json()["ticket_id"] == taken


OTHER_MEDIA = ["", "text/plain", "application/x-www-form-urlencoded"]


async def test_what_is_not_said_to_be_json_is_not_read(knocker: Knocker) -> None:
    for media in OTHER_MEDIA:
        assert (await knocker.post({"ticket_id": 5}, headers={"content-type": media})).status_code == 422


async def test_what_was_sent_is_never_repeated(knocker: Knocker) -> None:
    answer = await knocker.post({"ticket_id": "anna@client.example"})
    assert "anna" not in answer.text


async def test_only_who_acted_is_kept_of_a_payload(knocker: Knocker) -> None:
    payload = {
        "ticket": {"id": 5, "title": "Diagnosis", "updated_by": {"login": "bob", "email": "bob@acme.example"}},
        "article": {"body": "Very private"},
        "user": {"login": "anna", "phone": "555"},
    }
    await knocker.post(payload)
    (request,) = await knocker.requests()
    told = str(request.hints)
    assert "anna" in told and "bob" in told
    assert not any(word in told for word in ("Diagnosis", "private", "555", "@acme"))


ALGORITHMS = ["sha1", "sha256"]


async def test_both_algorithms_in_any_case_and_both_secrets(knocker: Knocker) -> None:
    for algorithm in ALGORITHMS:
        body = b'{"ticket_id": 5}'
        for secret in (knocker.secret, FORMER):
            name, _, mac = sign(body, secret, algorithm).partition("=")
            for header in (f"{name}={mac}", f" {name.upper()} = {mac.upper()} "):
                answer = await knocker.send("POST", "/ingest", content=body, headers=JSON | {"x-hub-signature": header})
                assert answer.status_code == 202, header


WRONG = [
    None,
    "",
    "sha1",
    "sha1=",
    "sha1=zz" + "0" * 38,
    "sha1=" + "0" * 39,
    "sha1=" + "0" * 40,
    "sha256=" + "0" * 40,
    "md5=" + "0" * 32,
    sign(b'{"ticket_id": 5}', "another secret"),
    sign(b'{"ticket_id": 6}'),
]


async def test_signatures_that_are_refused(knocker: Knocker) -> None:
    for header in WRONG:
        headers = JSON | ({"x-hub-signature": header} if header is not None else {})
        answer = await knocker.send("POST", "/ingest", content=b'{"ticket_id": 5}', headers=headers)
        assert (answer.status_code, answer.json()["detail"], answer.json()["code"]) == (403, "forbidden", "forbidden")
        assert await knocker.requests() == []


async def test_the_other_signature_header_is_not_read(knocker: Knocker) -> None:
    body = b'{"ticket_id": 5}'
    headers = JSON | {"x-hub-signature-256": sign(body, algorithm="sha256")}
    assert (await knocker.send("POST", "/ingest", content=body, headers=headers)).status_code == 403


async def test_the_order_in_which_it_is_looked_at(install: Install) -> None:
    knocker = await install(HARDENING_WEBHOOK_REQUIRE_DELIVERY_ID=True, RATE_LIMIT_BURST=1, RATE_LIMIT_RPS=0)
    large = await knocker.send("POST", "/ingest", content=b"x" * (SMALL + 1))
    unnumbered = await knocker.send("POST", "/ingest", content=b"{}")
    unsigned = await knocker.send("POST", "/ingest", content=b"{}", headers={"x-zammad-delivery": "1"})
    unfit = await knocker.post({}, delivery="1")
    many = await knocker.post({"ticket_id": 5}, delivery="2")
    codes = [answer.status_code for answer in (large, unnumbered, unsigned, unfit, many)]
    assert codes == [413, 400, 403, 422, 429]
    assert large.json()["code"] == large.json()["detail"] == "request_too_large"
    assert unnumbered.json()["code"] == "missing_delivery_id"
    assert many.json()["code"] == "rate_limited"
    assert int(many.headers["retry-after"]) >= 1


async def test_a_blank_delivery_is_none(install: Install) -> None:
    knocker = await install(HARDENING_WEBHOOK_REQUIRE_DELIVERY_ID=True)
    answer = await knocker.post({"ticket_id": 5}, headers={"x-zammad-delivery": "  "})
    assert answer.json()["code"] == "missing_delivery_id"
    batch = await knocker.post([{"ticket_id": 5}], "/ingest/batch")
    assert batch.json()["code"] == "missing_delivery_id"


async def test_without_a_secret_nothing_comes_in_unless_a_switch_says_so(install: Install) -> None:
    shut = await install(**UNSIGNED)
    answer = await shut.send("POST", "/ingest", json={"ticket_id": 5})
    assert (answer.status_code, answer.json()["code"]) == (503, "webhook_auth_not_configured")
    for switch in ("HARDENING_WEBHOOK_ALLOW_UNSIGNED", "HARDENING_WEBHOOK_ALLOW_UNSIGNED_WHEN_NO_SECRET"):
        knocker = await install(**UNSIGNED, **{switch: True})
        assert (await knocker.send("POST", "/ingest", json={"ticket_id": 5})).status_code == 202
        far = await knocker.send("POST", "/ingest", json={"ticket_id": 5}, near=False)
        assert far.status_code == 503
        knocker.desk.outside_prod = False
        assert (await knocker.send("POST", "/ingest", json={"ticket_id": 5})).status_code == 503


async def test_a_switch_opens_nothing_where_a_secret_is_set(install: Install) -> None:
    knocker = await install(HARDENING_WEBHOOK_ALLOW_UNSIGNED=True)
    assert (await knocker.send("POST", "/ingest", json={"ticket_id": 5})).status_code == 403


async def test_the_legacy_secret_counts(install: Install) -> None:
    knocker = await install(WEBHOOK_HMAC_SECRET="", WEBHOOK_SHARED_SECRET="the webhook's secret")
    assert (await knocker.post({"ticket_id": 5})).status_code == 202


async def test_a_dry_run_writes_nothing(knocker: Knocker) -> None:
    one = await knocker.post({"ticket_id": 5}, "/ingest?dry_run=true")
    many = await knocker.post([{"ticket_id": 5}, {"ticket": {"id": 6}}], "/ingest/batch?dry_run=1")
    assert (one.status_code, one.json()) == (202, {"status": "dry_run_accepted", "ticket_id": 5})
    assert (many.status_code, many.json()["status"], many.json()["count"]) == (202, "dry_run_accepted", 2)
    assert await knocker.requests() == []
    assert (await knocker.post({"ticket_id": 5}, "/ingest?dry_run=maybe")).status_code == 422


async def test_a_batch_item_fails_alone(knocker: Knocker) -> None:
    answer = await knocker.post([{"ticket_id": 5}, {"ticket": {"id": True}}, {"ticket": {"id": 6}}], "/ingest/batch")
    told = answer.json()
    assert (answer.status_code, told["status"], told["count"]) == (202, "accepted", 2)
    assert [each["status"] for each in told["results"]] == ["accepted", "rejected", "accepted"]
    assert told["results"][1]["errors"][0]["loc"] == ["body", 1]
    assert [(each.ref, each.delivery_id) for each in await knocker.requests()] == [("5", None), ("6", None)]


async def test_batches_at_their_ends(install: Install) -> None:
    knocker = await install(INGEST_BATCH_MAX_ITEMS=2)
    empty = await knocker.post([], "/ingest/batch")
    assert (empty.status_code, empty.json()["count"]) == (202, 0)
    assert (await knocker.post([{}], "/ingest/batch")).status_code == 422
    assert (await knocker.post({"ticket_id": 5}, "/ingest/batch")).status_code == 422
    large = await knocker.post([{"ticket_id": 5}] * 3, "/ingest/batch")
    assert (large.status_code, large.json()["code"]) == (413, "batch_too_large")


async def test_senders_of_one_source_may_be_told_apart(install: Install) -> None:
    knocker = await install(RATE_LIMIT_BURST=1, RATE_LIMIT_RPS=0, RATE_LIMIT_CLIENT_KEY_HEADER="x-forwarded-for")
    for sender, code in (("1.1.1.1, 9.9.9.9", 202), ("2.2.2.2", 202), ("1.1.1.1", 429)):
        answer = await knocker.post({"ticket_id": 5}, headers={"x-forwarded-for": sender})
        assert answer.status_code == code


async def test_no_limit_where_it_is_switched_off(install: Install) -> None:
    knocker = await install(RATE_LIMIT_ENABLED=False, RATE_LIMIT_BURST=1, RATE_LIMIT_RPS=0)
    assert [(await knocker.post({"ticket_id": 5})).status_code for _ in range(3)] == [202] * 3


async def test_guessing_signatures_is_slowed_down(knocker: Knocker) -> None:
    headers = JSON | {"x-hub-signature": "sha1=" + "0" * 40}
    codes: list[int] = []
    while 429 not in codes and len(codes) < 300:  # a crowded machine asks so slowly that some of it is forgotten
        codes.append((await knocker.send("POST", "/ingest", content=b"{}", headers=headers)).status_code)
    assert codes[:60] == [403] * 60
    assert 429 in codes
    assert (await knocker.post({"ticket_id": 5})).status_code == 202


async def test_nothing_is_taken_while_closing(knocker: Knocker) -> None:
    knocker.desk.closing = True
    for answer in (
        await knocker.post({"ticket_id": 5}),
        await knocker.post([{"ticket_id": 5}], "/ingest/batch"),
        await knocker.operate("POST", "/retry/5"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "shutting_down")
    assert (await knocker.operate("GET", "/jobs/5")).json()["shutting_down"] is True


async def test_without_a_source_nothing_is_configured(install: Install) -> None:
    await install()
    knocker = await install(ZAMMAD_BASE_URL="", ZAMMAD_API_TOKEN="")
    for answer in (await knocker.post({"ticket_id": 5}), await knocker.operate("POST", "/retry/5")):
        assert (answer.status_code, answer.json()["code"]) == (503, "settings_not_configured")
        assert answer.json()["detail"].startswith("This archive has no Zammad source")
    stats = await knocker.operate("GET", "/jobs/queue/stats")
    assert stats.json() == {"execution_backend": "unknown", "queue_enabled": False}


async def test_other_methods_and_addresses(knocker: Knocker) -> None:
    other = await knocker.send("GET", "/ingest")
    assert (other.status_code, other.json()) == (405, {"detail": "Method Not Allowed"})
    slash = await knocker.send("POST", "/ingest/")
    assert (slash.status_code, slash.headers["location"].removeprefix("http://localhost:8000")) == (307, "/ingest")


async def test_ids_of_requests_are_echoed_or_made(knocker: Knocker) -> None:
    for given in ("a" * 129, "not allowed", "semi;colon"):
        answer = await knocker.post({"ticket_id": 5}, headers={"x-request-id": given})
        assert answer.headers["x-request-id"] != given
    refused = await knocker.send("POST", "/ingest", content=b"{}", headers={"x-request-id": "mine"})
    assert (refused.headers["x-request-id"], refused.json()["request_id"]) == ("mine", "mine")


async def test_another_source_has_another_secret(knocker: Knocker) -> None:
    answer = await knocker.post({"ticket_id": 5}, "/sources/nobody-knows/ingest")
    assert answer.status_code == 404
    assert (await knocker.operate("GET", "/sources/default/jobs/5", TOKEN)).status_code == 200
