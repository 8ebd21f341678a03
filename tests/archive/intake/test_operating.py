"""What operators ask and order at the documented doors, and how they prove who they are."""

import pytest

from tests.archive.intake.conftest import Install
from tests.archive.intake.knocker import Knocker, sign
from waypost.archive.requests import queries
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import Status, StoredJob

pytestmark = pytest.mark.anyio

ADMIN = ("/admin/api/queue/stats", "/admin/api/history")
OPS = ("/jobs/5", "/jobs/queue/stats", "/jobs/history")


async def test_an_operator_asks_again(knocker: Knocker) -> None:
    answer = await knocker.operate("POST", "/retry/5")
    told = answer.json()
    assert (answer.status_code, told["status"], told["ticket_id"]) == (202, "accepted", 5)
    assert (told["state"], told["forced"]) == ("received", False)
    (request,) = await knocker.requests()
    assert (request.ref, request.delivery_id) == ("5", None)


async def test_nobody_else_does_unless_a_switch_says_so(knocker: Knocker, install: Install) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "bearer an operator's token"}):
        answer = await knocker.send("POST", "/retry/5", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"detail": "unauthorized"})
    assert await knocker.requests() == []
    opened = await install(HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_RETRY=True)
    assert (await opened.send("POST", "/retry/5")).status_code == 202


async def test_a_signature_over_the_address_orders_for_that_ticket_alone(knocker: Knocker) -> None:
    headers = {"x-hub-signature": sign(b"POST /retry/5\n", algorithm="sha256")}
    assert (await knocker.send("POST", "/retry/6", headers=headers)).status_code == 403
    assert (await knocker.send("POST", "/retry/5", headers={"x-hub-signature": sign(b"")})).status_code == 403
    assert (await knocker.send("POST", "/retry/5", headers=headers)).status_code == 202


async def test_ids_that_are_none(knocker: Knocker) -> None:
    for given in ("0", "-5", "x", "1.5", "99999999999999999999"):
        answer = await knocker.operate("POST", f"/retry/{given}")
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["path", "ticket_id"]), given
    assert (await knocker.operate("GET", "/jobs/x")).status_code == 422
    assert await knocker.requests() == []


async def test_force_needs_a_reason(knocker: Knocker) -> None:
    refused = await knocker.operate("POST", "/retry/5?force=true")
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    forced = await knocker.operate("POST", "/retry/5?force=true&reason=The+auditor+asks")
    assert (forced.status_code, forced.json()["forced"]) == (202, True)


async def test_how_a_ticket_is_doing(knocker: Knocker) -> None:
    before = (await knocker.operate("GET", "/jobs/5")).json()
    assert (before["ticket_id"], before["in_flight"], before["shutting_down"]) == (5, False, False)
    assert (before["state"], before["artefacts"]) == (None, [])
    await knocker.post({"ticket_id": 5})
    after = (await knocker.operate("GET", "/jobs/5")).json()
    assert (after["in_flight"], after["state"], after["attempts"]) == (True, "received", 0)
    assert {"next_run_at", "last_error_code", "skipped_because"} <= after.keys()


async def test_the_queue_in_figures(knocker: Knocker) -> None:
    await knocker.post({"ticket_id": 5})
    told = (await knocker.operate("GET", "/jobs/queue/stats")).json()
    assert (told["execution_backend"], told["queue_enabled"]) == ("postgresql", True)
    assert (told["queue_depth"], told["pending"], told["dlq_depth"], told["retry_max_attempts"]) == (1, 0, 0, 3)
    assert {"stream", "group", "consumer", "dlq_stream", "history_stream", "history_retention_maxlen"} <= told.keys()
    assert told["oldest_age_seconds"] >= 0


async def test_who_may_ask(knocker: Knocker, install: Install) -> None:
    for path in OPS:
        assert (await knocker.send("GET", path)).status_code == 401, path
        assert (await knocker.operate("GET", path)).status_code == 200, path
    unset = await install(ADMIN_BEARER_TOKEN="")
    for path in OPS:
        answer = await unset.send("GET", path)
        assert (answer.status_code, answer.json()) == (503, {"detail": "ops_token_not_configured"}), path
    opened = await install(HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_JOBS=True)
    assert [(await opened.send("GET", path)).status_code for path in OPS] == [200, 200, 401]


async def test_the_history(knocker: Knocker) -> None:
    ends = {"1": State.ARCHIVED, "2": State.SKIPPED, "3": State.FAILED_TRANSIENT, "4": State.FAILED_PERMANENT}
    for ref, state in ends.items():
        await ended(knocker, ref, state)
    told = (await knocker.operate("GET", "/jobs/history")).json()
    assert (told["status"], told["count"]) == ("ok", 4)
    words = [(each["ticket_id"], each["status"]) for each in told["items"]]
    assert words == [
        (4, "failed_permanent"),
        (3, "failed_transient"),
        (2, "skipped_not_triggered"),
        (1, "processed"),
    ]
    keys = {"id", "status", "ticket_id", "classification", "message", "delivery_id", "request_id", "created_at"}
    assert set(told["items"][0]) == keys
    assert isinstance(told["items"][0]["created_at"], float)


async def test_limits_are_clamped(knocker: Knocker) -> None:
    for ref in ("1", "2", "2"):
        await ended(knocker, ref, State.ARCHIVED)
    for query, count in (("limit=0", 1), ("limit=-4", 1), ("limit=99999", 3), ("ticket_id=2", 2), ("ticket_id=9", 0)):
        assert (await knocker.operate("GET", f"/jobs/history?{query}")).json()["count"] == count, query
    assert (await knocker.operate("GET", "/jobs/history?limit=x")).status_code == 422
    assert (await knocker.operate("POST", "/jobs/queue/dlq/drain?limit=x")).status_code == 422


async def test_draining_queues_again_and_destroys_only_where_that_was_asked(knocker: Knocker) -> None:
    await knocker.post({"ticket_id": 5})
    await knocker.post({"ticket_id": 6})
    await die(knocker)
    answer = await knocker.operate("POST", "/jobs/queue/dlq/drain?limit=1")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "drained": 1, "purged": False})
    assert sorted(await jobs(knocker)) == [Status.DEAD, Status.QUEUED]
    purged = await knocker.operate("POST", "/jobs/queue/dlq/drain?purge=true")
    assert purged.json() == {"status": "ok", "drained": 1, "purged": True}
    assert sorted(await jobs(knocker)) == [Status.CANCELLED, Status.QUEUED]


async def test_the_admin_page_and_its_routes_only_where_enabled(knocker: Knocker, install: Install) -> None:
    for path in ("/admin", *ADMIN):
        answer = await knocker.operate("GET", path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "admin_disabled"}), path
    enabled = await install(ADMIN_ENABLED=True, ADMIN_HISTORY_LIMIT=1)
    page = await enabled.send("GET", "/admin", headers={"accept": "text/html"})
    assert page.status_code == 200 and "/archive-requests" in page.text
    for path in ADMIN:
        assert (await enabled.send("GET", path)).status_code == 401, path
        assert (await enabled.operate("GET", path)).status_code == 200, path
    for ref in ("1", "2"):
        await ended(enabled, ref, State.ARCHIVED)
    assert (await enabled.operate("GET", "/admin/api/history")).json()["count"] == 1
    assert (await enabled.operate("GET", "/admin/api/history?limit=5")).json()["count"] == 2
    retried = await enabled.operate("POST", "/admin/api/retry/5")
    assert (retried.status_code, retried.json()["ticket_id"]) == (200, 5)
    assert (await enabled.operate("POST", "/admin/api/dlq/drain")).json()["drained"] == 0


async def test_an_api_key_of_the_organisation_is_as_good_as_the_token(knocker: Knocker) -> None:
    answer = await knocker.operate("GET", "/jobs/5", token="wpk_not_one_of_ours")
    assert answer.status_code == 401


async def jobs(knocker: Knocker) -> list[str]:
    """The states of the jobs."""
    async with knocker.house.works.open(knocker.org, MACHINE) as work:
        found = [await queries.jobs_of(work.db, one) for one in await queries.newest(work.db)]
        ids = [job.status for each in found for job in each]
        gone = await work.db.scalars(StoredJob.__table__.select().where(StoredJob.status == Status.CANCELLED))
        return [*ids, *([Status.CANCELLED] * len(gone.all()))]


async def die(knocker: Knocker) -> None:
    """All runs gave up."""
    async with knocker.house.works.open(knocker.org, MACHINE) as work:
        for one in await queries.newest(work.db):
            for job in await queries.jobs_of(work.db, one):
                job.status, job.fingerprint, job.last_error = Status.DEAD, "0123456789abcdef", "It broke."


async def ended(knocker: Knocker, ref: str, state: State) -> None:
    """A request that came to its end."""
    async with knocker.house.works.open(knocker.org, MACHINE) as work:
        moments = {"created_at": work.now, "updated_at": work.now, "ended_at": work.now}
        work.db.add(ArchiveRequest(id=new_id(), kind="zammad", source="default", ref=ref, state=state, **moments))
