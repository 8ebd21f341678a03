"""How a rule moves: a function of samples and time, asked minute by minute."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from waypost.sourcing.watching.alerts.rules import Rule, Sample, Standing, State, step
from waypost.sourcing.watching.alerts.settings import AlertSettings

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEED = {
    "heartbeat_stale": (True, 0.25, timedelta(minutes=5), 1),
    "callback_failed": (True, 0.10, timedelta(minutes=10), 10),
    "retry_success": (False, 0.70, timedelta(minutes=30), 5),
    "run_success": (False, 0.90, timedelta(minutes=30), 5),
}
"""The operator's document: direction, threshold, duration; and our least volumes."""


def rules() -> dict[str, Rule]:
    return dict(AlertSettings().rules().by_key)


def walk(
    rule: Rule, values: Iterable[float | None], before: Standing | None = None, volume: int = 50
) -> list[Standing]:
    """One sample a minute, beginning at nine."""
    found, now, state = [], START, before or Standing()
    for value in values:
        state = step(rule, state, Sample(value, volume), now)
        found.append(state)
        now += MINUTE
    return found


def bad(rule: Rule) -> float:
    return rule.threshold + 0.05 if rule.above else rule.threshold - 0.05


def test_the_four_are_those_of_the_document() -> None:
    said = {key: (rule.above, rule.threshold, rule.lasts, rule.least) for key, rule in rules().items() if key in SEED}
    assert said == SEED


@pytest.mark.parametrize("key", SEED)
def test_each_fires_after_its_duration_and_not_before(key: str) -> None:
    rule = rules()[key]
    minutes = int(rule.lasts / MINUTE)
    walked = walk(rule, [bad(rule)] * (minutes + 1))
    assert {each.state for each in walked[:-1]} == {State.PENDING}
    assert walked[-1].state is State.FIRING and walked[-1].fired_at == START + rule.lasts


@pytest.mark.parametrize("key", SEED)
def test_exactly_at_the_threshold_nothing_happens(key: str) -> None:
    rule = rules()[key]
    assert walk(rule, [rule.threshold] * 60)[-1].state is State.INACTIVE


@pytest.mark.parametrize("key", SEED)
def test_each_is_silent_without_volume(key: str) -> None:
    rule = rules()[key]
    assert walk(rule, [bad(rule)] * 60, volume=rule.least - 1)[-1].state is State.INACTIVE
    assert walk(rule, [None] * 60, volume=0)[-1].state is State.INACTIVE


@pytest.mark.parametrize("key", SEED)
def test_each_resolves_after_the_same_time_clear(key: str) -> None:
    rule = rules()[key]
    minutes = int(rule.lasts / MINUTE)
    good = rule.threshold
    walked = walk(rule, [bad(rule)] * (minutes + 1) + [good] * (minutes + 1))
    assert [each.state for each in walked[minutes:-1]] == [State.FIRING] * (minutes + 1)
    assert walked[-1].state is State.RESOLVED
    assert walk(rule, [bad(rule)], walked[-1])[-1].state is State.RESOLVED, "a sample of the past moves nothing"


def test_one_good_minute_begins_the_measuring_anew() -> None:
    rule = rules()["heartbeat_stale"]
    walked = walk(rule, [0.5] * 5 + [0.1] + [0.5] * 5)
    assert State.FIRING not in {each.state for each in walked}
    assert walked[5].state is State.INACTIVE and walked[6].since_at == START + 6 * MINUTE


def test_one_bad_minute_keeps_it_firing() -> None:
    rule = rules()["heartbeat_stale"]
    walked = walk(rule, [0.5] * 6 + [0.1] * 5 + [0.5] + [0.1] * 5)
    assert {each.state for each in walked[5:]} == {State.FIRING}


def test_a_gap_in_the_samples_proves_nothing() -> None:
    rule = rules()["heartbeat_stale"]
    (pending,) = walk(rule, [0.5])
    later = START + timedelta(minutes=10)
    again = step(rule, pending, Sample(0.5, 50), later)
    assert again.state is State.PENDING and again.since_at == later


def test_a_short_restart_loses_nothing() -> None:
    rule = rules()["heartbeat_stale"]
    before = walk(rule, [0.5] * 3)[-1]
    kept = Standing(**{name: getattr(before, name) for name in Standing.__slots__})
    after = step(rule, step(rule, kept, Sample(0.5, 50), START + 5 * MINUTE), Sample(0.5, 50), START + 6 * MINUTE)
    assert after.state is State.FIRING and after.since_at == START


def test_three_samples_are_the_least_however_short_the_duration() -> None:
    short = Rule(key="x", above=True, threshold=0.1, lasts=timedelta(0), least=1)
    assert [each.state for each in walk(short, [0.5] * 3)] == [State.PENDING, State.PENDING, State.FIRING]


def test_thresholds_durations_and_volumes_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPS_ALERT_RUN_SUCCESS_THRESHOLD", "0.5")
    monkeypatch.setenv("OPS_ALERT_RUN_SUCCESS_FOR_SEC", "60")
    monkeypatch.setenv("OPS_ALERT_RUN_SUCCESS_MIN_VOLUME", "2")
    rule = rules()["run_success"]
    assert (rule.threshold, rule.lasts, rule.least) == (0.5, MINUTE, 2)
