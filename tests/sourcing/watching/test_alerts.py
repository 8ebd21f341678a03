"""Rules over real rows: they fire, resolve, outlive a restart, and tell the outside once."""

import base64
import hmac
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.fixtures import Product
from tests.sourcing.watching.far_side import FarSide, far_side
from tests.sourcing.watching.making import BOARD, Clock, events, observed, runs
from waypost.platform.access import MACHINE
from waypost.platform.http import Trust, WayOut
from waypost.platform.jobs.models import StoredJob
from waypost.platform.work import Work, Works
from waypost.sourcing.runs.models import Run
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.actions import evaluate
from waypost.sourcing.watching.alerts.delivering import Herald, WebhookRefused, dispatch
from waypost.sourcing.watching.alerts.looking import Subject
from waypost.sourcing.watching.alerts.models import AlertState
from waypost.sourcing.watching.alerts.settings import AlertSettings
from waypost.sourcing.watching.terms import WatchTerms

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
RULES = AlertSettings().rules()
HOOK = "/hook"


@dataclass(slots=True)
class Watch:
    """Acme's rules, by a clock that the test moves."""

    works: Works
    product: Product
    clock: Clock

    def open(self) -> AbstractAsyncContextManager[Work]:
        """A work of the machine in Acme."""
        return self.works.open(self.product.cast.alice.org_id, MACHINE)

    async def minutes(self, number: int) -> None:
        """So many looks, one a minute."""
        for _ in range(number):
            async with self.open() as work:
                await evaluate(work, RULES, 24)
            self.clock.move(minutes=1)

    async def states(self) -> dict[Subject, str]:
        """By rule and subject."""
        async with self.open() as work:
            return {subject: each.state for subject, each in (await queries.states(work.db)).items()}


@pytest.fixture
def watch(product: Product) -> Watch:
    clock = Clock(START)
    return Watch(clock.works(product.house.works), product, clock)


@pytest.fixture
def hook() -> Iterator[FarSide]:
    with far_side() as side:
        side.answers[f"POST {HOOK}"] = (200, {})
        yield side


async def silent(work: Work) -> None:
    await runs(work, 2, "RUNNING", ago=0.5)


async def failing(work: Work) -> None:
    (run_id,) = await runs(work, 1, ago=0.5)
    await events(work, run_id, 8)
    await events(work, run_id, 2, "FAILED")


async def retried(work: Work) -> None:
    (first,) = await runs(work, 1)
    for status in ("COMPLETED", "FAILED", "FAILED", "COMPLETED", "FAILED"):
        await runs(work, 1, status, retry_of_run_id=first, mode="retry", origin="fresh")


async def broken(work: Work) -> None:
    await runs(work, 4)
    await runs(work, 1, "FAILED")


CAUSES = {
    "heartbeat_stale": (silent, 5),
    "callback_failed": (failing, 10),
    "retry_success": (retried, 30),
    "run_success": (broken, 30),
}


@pytest.mark.parametrize("rule", CAUSES)
async def test_each_rule_fires_after_its_minutes_over_real_rows(watch: Watch, rule: str) -> None:
    cause, minutes = CAUSES[rule]
    async with watch.open() as work:
        await cause(work)
    await watch.minutes(2)
    assert (await watch.states())[rule, ""] == "pending"
    await watch.minutes(minutes - 2)
    assert (await watch.states())[rule, ""] == "pending"
    await watch.minutes(1)
    assert (await watch.states())[rule, ""] == "firing"


async def test_quiet_organisations_have_quiet_rules(watch: Watch) -> None:
    await watch.minutes(3)
    found = await watch.states()
    assert set(found.values()) == {"inactive"} and len(found) == 4


async def test_another_process_goes_on_where_the_first_one_stopped(watch: Watch) -> None:
    async with watch.open() as work:
        await silent(work)
    await watch.minutes(4)
    again = Watch(replace(watch.works), watch.product, watch.clock)
    await again.minutes(2)
    assert (await again.states())["heartbeat_stale", ""] == "firing"


async def test_what_is_over_is_resolved_after_the_same_time(watch: Watch) -> None:
    async with watch.open() as work:
        await silent(work)
    await watch.minutes(6)
    async with watch.open() as work:
        await work.db.execute(delete(Run).where(Run.status == "RUNNING"))
    await watch.minutes(5)
    assert (await watch.states())["heartbeat_stale", ""] == "firing"
    await watch.minutes(1)
    assert (await watch.states())["heartbeat_stale", ""] == "resolved"


async def test_two_looks_of_one_moment_are_one(watch: Watch) -> None:
    async with watch.open() as work:
        await silent(work)
    for _ in range(5):
        async with watch.open() as work:
            await evaluate(work, RULES, 24)
    async with watch.open() as work:
        state = (await queries.states(work.db))["heartbeat_stale", ""]
        samples = await queries.samples_since(work.db, START - timedelta(hours=1))
    assert state.seen == 1 and len(samples["heartbeat_stale", ""]) == 1


async def test_a_window_is_as_long_as_the_operator_says(watch: Watch) -> None:
    async with watch.open() as work:
        await runs(work, 6, "FAILED", ago=10)
    volumes = []
    for hours in (6, AlertSettings.model_validate({"OPS_ALERTS_WINDOW_HOURS": 12}).terms().alert_hours):
        async with watch.open() as work:
            await evaluate(work, RULES, hours)
        async with watch.open() as work:
            volumes.append((await queries.states(work.db))["run_success", ""].volume)
        watch.clock.move(minutes=1)
    assert volumes == [0, 6]


async def test_beginning_and_end_are_told_as_facts_with_their_jobs(watch: Watch) -> None:
    async with watch.open() as work:
        await silent(work)
    await watch.minutes(6)
    async with watch.open() as work:
        told = await work.db.scalars(select(StoredJob.type))
    assert sorted(told) == ["sourcing_tell_of_alert", "sourcing_write_of_alert"]


async def test_a_source_that_changed_its_pages_drifts(watch: Watch) -> None:
    async with watch.open() as work:
        await observed(work, 60, ["company", "salary"], ago=100)
        await observed(work, 25, ["company"], ago=2)
    await watch.minutes(16)
    async with watch.open() as work:
        state = (await queries.states(work.db))["drift", BOARD]
    assert (state.state, state.says, state.value) == ("firing", "salary", 1.0)


async def test_a_source_whose_runs_bring_nothing_is_said(watch: Watch) -> None:
    async with watch.open() as work:
        await runs(work, 4, ago=60)
        await runs(work, 3, ago=2, scraped_count=0)
    await watch.minutes(16)
    assert (await watch.states())["zero_yield", BOARD] == "firing"


async def fire(watch: Watch) -> None:
    async with watch.open() as work:
        row = {"rule": "run_success", "state": "firing", "value": 0.5, "volume": 10, "seen": 0}
        work.db.add(AlertState(**row, fired_at=work.now, sampled_at=work.now))


async def tell(watch: Watch, hook: FarSide, *, flagged: bool = False, **terms: Any) -> dict[str, Any]:
    said = WatchTerms(webhook=hook.base + HOOK, bearer="a bearer", signing=b"a secret", **terms)
    herald = Herald(WayOut(Trust.OPERATOR))
    try:
        return await dispatch(watch.open, herald, said, 24, flagged=flagged)
    finally:
        await herald.close()


async def test_a_notice_has_the_documented_body_and_a_true_signature(watch: Watch, hook: FarSide) -> None:
    await fire(watch)
    assert (await tell(watch, hook))["result"] == "sent"
    (asked,) = hook.asked
    told, headers = asked.json, asked.headers
    assert told["alertKey"] == "ops-active-metrics" and told["windowHours"] == 24 and told["generatedAt"]
    (alert,) = told["activeAlerts"]
    assert {"key", "title", "summary", "count"} <= set(alert) and alert["key"] == "run_success"
    assert set(told["metrics"]) >= {"queue", "scrape", "callback", "ingest", "scheduler", "offers", "careerProfiles"}
    assert set(told["metrics"]["callback"]) == {"deadLetters24h", "failedRate"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked.body
    expected = base64.b64encode(hmac.new(b"a secret", signed, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}" and headers["authorization"] == "Bearer a bearer"


async def test_within_the_cooldown_live_numbers_are_no_news(watch: Watch, hook: FarSide) -> None:
    await fire(watch)
    await tell(watch, hook)
    watch.clock.move(minutes=59)
    async with watch.open() as work:
        (await queries.states(work.db))["run_success", ""].value = 0.4
        await runs(work, 1)
    again = await tell(watch, hook)
    assert again["result"] == "cooldown-active" and again["lastDeliveredAt"] == START.isoformat()
    watch.clock.move(minutes=2)
    assert (await tell(watch, hook))["result"] == "sent" and len(hook.asked) == 2


async def test_another_rule_does_not_wait_for_the_first_ones_cooldown(watch: Watch, hook: FarSide) -> None:
    await fire(watch)
    await tell(watch, hook)
    watch.clock.move(minutes=5)
    async with watch.open() as work:
        row = {"rule": "drift", "subject": BOARD, "state": "firing", "seen": 0, "volume": 30}
        work.db.add(AlertState(**row, fired_at=work.now, sampled_at=work.now))
    assert (await tell(watch, hook))["alerts"] == [f"drift:{BOARD}"]


async def test_an_end_is_told_once(watch: Watch, hook: FarSide) -> None:
    await fire(watch)
    await tell(watch, hook)
    watch.clock.move(minutes=5)
    async with watch.open() as work:
        state = (await queries.states(work.db))["run_success", ""]
        state.state, state.resolved_at = "resolved", work.now
    assert (await tell(watch, hook))["result"] == "sent"
    assert [each["key"] for each in hook.asked[-1].json["resolvedAlerts"]] == ["run_success"]
    assert hook.asked[-1].json["activeAlerts"] == []
    watch.clock.move(minutes=90)
    assert (await tell(watch, hook))["result"] == "no-active-alerts"


async def test_what_the_webhook_refuses_is_written_down_and_tried_again(watch: Watch, hook: FarSide) -> None:
    await fire(watch)
    hook.answers[f"POST {HOOK}"] = (500, "out of order")
    hook.headers[HOOK] = {"retry-after": "90"}
    with pytest.raises(WebhookRefused) as refused:
        await tell(watch, hook)
    assert refused.value.retry_after == timedelta(seconds=90), "the job waits as long as it was told to"
    async with watch.open() as work:
        (event,) = await queries.events(work.db)
    assert (event.status, event.http_status, event.error, event.delivered_at) == ("failed", 500, "out of order", None)
    hook.answers[f"POST {HOOK}"] = (204, "")
    assert (await tell(watch, hook))["result"] == "sent"


async def test_nothing_wrong_and_nobody_to_tell_have_their_words(watch: Watch, hook: FarSide) -> None:
    assert (await tell(watch, hook))["result"] == "no-active-alerts"
    await fire(watch)
    herald = Herald(WayOut(Trust.OPERATOR))
    assert (await dispatch(watch.open, herald, WatchTerms(), 24, flagged=True))["result"] == "webhook-disabled"
    await herald.close()
    assert hook.asked == []
