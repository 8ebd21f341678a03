"""Retries by class, the pace, and what we believe of an answer."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.google.server import StandIn
from tests.wire.google.world import Mood, World
from waypost.platform.errors import Refusal
from waypost.platform.http import Breaker, NoAnswer, Trust, WayOut
from waypost.platform.http.waiting import told_to_wait
from waypost.ticketing.mailboxes.google.access import Grant
from waypost.ticketing.mailboxes.google.calls import Calls
from waypost.ticketing.mailboxes.google.client import GmailClient, mail_of
from waypost.ticketing.mailboxes.google.oauth import GoogleConsent
from waypost.ticketing.mailboxes.google.quota import Bucket
from waypost.ticketing.mailboxes.google.words import (
    ConsentNeeded,
    GoogleBusy,
    GoogleRefuses,
    GoogleSilent,
    GoogleUnclear,
)

pytestmark = pytest.mark.anyio
WHO = "journal@acme.example"


class Sleeper:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, [float(0)]

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def sleeper() -> Sleeper:
    """Nobody waits for real."""
    return Sleeper()


@pytest.fixture
async def client(stand_in: StandIn, sleeper: Sleeper) -> AsyncIterator[GmailClient]:
    """One mailbox; pauses are only counted."""
    async with WayOut(Trust.OPERATOR, breaker=Breaker(patience=timedelta(0))) as way_out:
        consent = GoogleConsent(stand_in.terms(), way_out)
        bucket = Bucket(15_000, sleeper.clock, sleeper.sleep)
        grant = Grant(consent, stand_in.world.grant(WHO))
        yield GmailClient(Calls(stand_in.base, way_out, grant, bucket, sleeper.sleep, random.Random(1)))


async def test_a_moment_of_trouble_is_sat_out(client: GmailClient, world: World, sleeper: Sleeper) -> None:
    world.moods += [Mood("profile", 503), Mood("profile", 429, headers={"retry-after": "3"})]
    assert (await client.profile()).emailAddress == WHO
    assert len(world.asked) == 3 and sum(sleeper.slept) >= 3


async def test_a_rate_limit_in_a_403_is_a_rate_limit(client: GmailClient, world: World) -> None:
    world.moods.append(Mood("profile", 403, times=9, reason="userRateLimitExceeded"))
    with pytest.raises(GoogleBusy):
        await client.profile()
    assert len(world.asked) == 4


async def test_a_long_retry_after_is_handed_on(client: GmailClient, world: World) -> None:
    world.moods.append(Mood("profile", 429, times=9, headers={"retry-after": "120"}))
    with pytest.raises(GoogleBusy) as busy:
        await client.profile()
    assert busy.value.retry_after == timedelta(seconds=120) and len(world.asked) == 1


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (403, "insufficientPermissions", ConsentNeeded),
        (403, "domainPolicy", GoogleRefuses),
        (400, "invalidArgument", GoogleUnclear),
        (404, "notFound", GoogleUnclear),
        (500, "backendError", GoogleSilent),
    ],
)
async def test_what_lasts_is_refused_by_class(
    client: GmailClient, world: World, status: int, reason: str, kind: type[Refusal]
) -> None:
    world.moods.append(Mood("profile", status, times=9, reason=reason))
    with pytest.raises(kind) as refused:
        await client.profile()
    assert "stand-in" not in refused.value.detail


async def test_a_refused_token_is_replaced_once_for_all(client: GmailClient, world: World) -> None:
    ids = world.account(WHO).deliver(*[b"Subject: x\r\n\r\n"] * 12)
    await client.profile()
    world.end_access()
    assert all((await client.mails(ids)).values())
    assert world.refreshes == 2


async def test_only_the_token_address_says_that_consent_is_over(client: GmailClient, world: World) -> None:
    world.moods.append(Mood("profile", 401, times=2))
    assert (await client.profile()).emailAddress == WHO
    for error, kind in (
        ("backend", GoogleUnclear),
        ("invalid_client", GoogleRefuses),
        ("invalid_grant", ConsentNeeded),
    ):
        world.end_access()
        world.moods.append(Mood("/token", 400, reason=error))
        with pytest.raises(kind):
            await client.profile()
        world.moods.clear()


async def test_sending_is_never_repeated_here(client: GmailClient, world: World) -> None:
    world.moods.append(Mood("send", 503))
    with pytest.raises(GoogleSilent):
        await client.send(b"Subject: x\r\n\r\n", None)
    assert world.count("send") == 1


async def test_silence_is_told_apart(client: GmailClient, stand_in: StandIn) -> None:
    await client.profile()
    stand_in.stop()
    with pytest.raises(Refusal) as silent:
        await client.profile()
    assert isinstance(silent.value, NoAnswer) or silent.value.again
    stand_in.start()


async def test_the_stand_in_keeps_its_quota(client: GmailClient, world: World) -> None:
    world.quota = 9
    client.calls.bucket = Bucket(15_000)
    ids = world.account(WHO).deliver(b"Subject: x\r\n\r\n", b"Subject: y\r\n\r\n")
    client.calls.sleep = Sleeper().sleep
    with pytest.raises(GoogleBusy):
        await client.mails(ids)
    assert world.account(WHO).most_spent == 5


@pytest.mark.parametrize("per_minute", [600, 15_000])
@settings(deadline=None, max_examples=25)
@given(gaps=st.lists(st.floats(0, 20), min_size=1, max_size=60), units=st.sampled_from([2, 5, 100]))
async def test_no_sixty_seconds_cost_more_than_the_quota(per_minute: int, gaps: list[float], units: int) -> None:
    sleeper = Sleeper()
    bucket = Bucket(per_minute, sleeper.clock, sleeper.sleep)
    paid: list[tuple[float, int]] = []
    for gap in gaps:
        sleeper.now += gap if gap > 15 else 0
        for _ in range(20):
            await bucket.take(units)
            paid.append((sleeper.now, units))
    for begin, _ in paid:
        assert sum(cost for at, cost in paid if begin <= at < begin + 60) <= per_minute


async def test_in_the_long_run_nearly_all_of_the_quota_is_used() -> None:
    sleeper = Sleeper()
    bucket = Bucket(15_000, sleeper.clock, sleeper.sleep)
    for _ in range(30_000):
        await bucket.take(5)
    assert 30_000 / (sleeper.now / 60) >= 0.97 * 3_000


def test_retry_after_in_all_its_forms() -> None:
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)

    def said(text: str) -> timedelta | None:
        return told_to_wait({"retry-after": text}, now)

    assert said("7") == timedelta(seconds=7) and said("99999999999") == timedelta(hours=1)
    assert said(format_datetime(now + timedelta(minutes=2), usegmt=True)) == timedelta(minutes=2)
    assert said(format_datetime(now - timedelta(minutes=2), usegmt=True)) == timedelta(0)
    assert said("soon") is None and told_to_wait({}) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id":1}', b'{"id":"a"}', b'{"id":"a","raw":"\xc3\xa4"}', b"\xff"]
)
def test_an_answer_that_is_none_is_unclear(body: bytes) -> None:
    with pytest.raises(GoogleUnclear):
        mail_of(body)


def test_both_alphabets_of_base64_are_read() -> None:
    assert mail_of(b'{"id":"a","raw":"-_-_"}').raw == mail_of(b'{"id":"a","raw":"+/+/"}').raw


async def test_what_a_batch_cannot_give_is_asked_for_by_itself(client: GmailClient, world: World) -> None:
    ids = world.account(WHO).deliver(*[b"Subject: x\r\n\r\n"] * 6)
    client.batch = 25
    world.moods += [Mood(f"messages/{ids[1]}", 429), Mood(f"messages/{ids[2]}", 500)]
    assert all((await client.mails(ids)).values())
    assert len(world.asked) == 6 + 2


async def test_mails_that_are_too_large_together_come_one_by_one(client: GmailClient, world: World) -> None:
    ids = world.account(WHO).deliver(*[b"Subject: x\r\n\r\n" + b"x" * 2_000] * 6)
    client.batch = 25
    object.__setattr__(client.calls.way_out.patience, "max_bytes", 6_000)
    assert all((await client.mails(ids)).values())
