"""Who is slowed down, who is not, and what happens when Redis is away."""

import shutil
import subprocess
from collections.abc import Iterator
from io import StringIO

import anyio
import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from tests.platform.web.stage import ALICE, BROWSER, KEY, free_port, house, visit, web
from waypost.platform.web.limits import MOST_BUCKETS as MOST
from waypost.platform.web.limits import WINDOW, Counter, Limiter, Memory, RateLimited

pytestmark = pytest.mark.anyio

TWO = {"RATE_LIMIT_REQUESTS_PER_MINUTE": 2}
REDIS = shutil.which("redis-server")


async def statuses(client: httpx2.AsyncClient, path: str, times: int, **headers: str) -> list[int]:
    return [(await client.get(path, headers=headers)).status_code for _ in range(times)]


async def test_the_third_anonymous_request_of_a_minute_is_refused() -> None:
    async with visit(house(settings=web(**TWO))) as client:
        assert await statuses(client, "/welcome", 2) == [200, 200]
        refused = await client.get("/nothing", headers={"x-request-id": "abc-1"})
    assert refused.status_code == 429 and "rate limit" in refused.json()["detail"].lower()
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert refused.headers["x-request-id"] == "abc-1"


async def test_a_person_reads_the_refusal_as_a_page() -> None:
    async with visit(house(settings=web(RATE_LIMIT_PER_MINUTE=1))) as client:
        await client.get("/welcome")
        page = await client.get("/welcome", headers=BROWSER)
    assert page.status_code == 429 and "Too many requests" in page.text


async def test_addresses_do_not_share_and_a_network_of_one_household_does() -> None:
    app = house(settings=web(RATE_LIMIT_PER_MINUTE=1))
    async with visit(app, "198.51.100.1") as one, visit(app, "198.51.100.2") as other:
        assert await statuses(one, "/welcome", 2) + await statuses(other, "/welcome", 1) == [200, 429, 200]
    async with visit(app, "2001:db8::1") as one, visit(app, "2001:db8::2") as other:
        assert await statuses(one, "/welcome", 1) + await statuses(other, "/welcome", 1) == [200, 429]


async def test_sessions_and_keys_have_buckets_of_their_own() -> None:
    many = web(RATE_LIMIT_PER_MINUTE=1, RATE_LIMIT_SESSION_PER_MINUTE=2, RATE_LIMIT_KEY_PER_MINUTE=3)
    async with visit(house(settings=many)) as client:
        assert await statuses(client, "/welcome", 2) == [200, 429]
        assert await statuses(client, "/boxes/a", 3, **ALICE) == [200, 200, 429]
        assert await statuses(client, "/boxes/a", 4, **KEY) == [200, 200, 200, 429]


async def test_invented_credentials_count_for_their_sender() -> None:
    async with visit(house(settings=web(**TWO))) as client:
        answers = [await client.get("/welcome", headers={"cookie": f"oss_session={n}"}) for n in range(3)]
        answers.append(await client.get("/welcome", headers={"authorization": "Bearer none"}))
    assert [each.status_code for each in answers] == [200, 200, 429, 429]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/-/assets/none.css", "/hooks/in"])
async def test_probes_assets_and_doors_with_limits_of_their_own_are_not_counted(path: str) -> None:
    async with visit(house(settings=web(**TWO), unlimited=["/hooks"])) as client:
        assert 429 not in await statuses(client, path, 4)
        assert await statuses(client, "/welcome", 3) == [200, 200, 429]


async def test_fetching_ahead_is_free_for_people_and_counted_for_strangers() -> None:
    ahead = {"sec-purpose": "prefetch"}
    async with visit(house(settings=web(RATE_LIMIT_PER_MINUTE=1, RATE_LIMIT_SESSION_PER_MINUTE=1))) as client:
        assert await statuses(client, "/boxes/a", 3, **ALICE, **ahead) == [200, 200, 200]
        assert await statuses(client, "/welcome", 2, **ahead) == [200, 429]


async def test_nought_switches_it_off() -> None:
    async with visit(house(settings=web(RATE_LIMIT_PER_MINUTE=0))) as client:
        assert set(await statuses(client, "/welcome", 130)) == {200}


def test_the_documented_default_is_120() -> None:
    assert type(web()).model_fields["rate_limit"].default == 120


def limited_so_far(path: str) -> float:
    return REGISTRY.get_sample_value("oss_http_rate_limited_total", {"method": "GET", "path": path}) or 0.0


async def test_refusals_are_counted_and_logged_as_such(lines: StringIO) -> None:
    before = limited_so_far("unmatched")
    async with visit(house(settings=web(RATE_LIMIT_PER_MINUTE=1))) as client:
        await statuses(client, "/nothing", 2)
    assert limited_so_far("unmatched") == before + 1
    assert lines.getvalue().count('"rate_limited": true') == 1


@settings(max_examples=60, deadline=None)
@given(limit=st.integers(1, 6), gaps=st.lists(st.floats(0, 70), min_size=1, max_size=40))
def test_waiting_as_long_as_told_always_helps_and_no_window_holds_more_than_twice(
    limit: int, gaps: list[float]
) -> None:
    counter, moment, let_in = Counter(), 1_000_000.0, list[float]()
    for gap in gaps:
        moment += gap
        if wait := counter.hit(limit, moment):
            assert 0 < wait <= 2 * WINDOW
            moment += wait + 0.001
            assert counter.hit(limit, moment) == 0.0
        let_in.append(moment)
        assert sum(each > moment - WINDOW for each in let_in) <= 2 * limit


def test_memory_stays_bounded_and_forgets_the_longest_untouched() -> None:
    memory = Memory()
    for number in range(MOST + 1):
        memory.hit(f"address:{number}", 1, 60.0)
    assert memory.hit("address:1", 1, 60.0) > 0
    assert memory.hit("address:0", 1, 60.0) == 0.0


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A real Redis on a free port."""
    if REDIS is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, **quiet) as server:  # type: ignore[call-overload]  # the dict's type is wider
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


async def answering(url: str) -> Limiter:
    """A limiter whose Redis has come up."""
    for _ in range(100):
        limiter = Limiter(url)
        await limiter.admit("warm-up", 1_000_000)
        if not limiter.alone:
            return limiter
        await limiter.close()
        await anyio.sleep(0.02)
    raise AssertionError("redis-server did not answer within 2 s")


async def test_processes_share_their_counts_in_redis(redis_url: str) -> None:
    one, other = await answering(redis_url), await answering(redis_url)
    await one.admit("address:a", 2)
    await other.admit("address:a", 2)
    with pytest.raises(RateLimited) as refused:
        await one.admit("address:a", 2)
    assert refused.value.retry_after and 0 < refused.value.retry_after.total_seconds() <= 120
    await one.close()
    await other.close()


async def test_without_its_redis_it_counts_alone_and_says_so(lines: StringIO) -> None:
    moment = 1_000_000.0
    limiter = Limiter(f"redis://127.0.0.1:{free_port()}/0", clock=lambda: moment)
    await limiter.admit("address:a", 1)
    with pytest.raises(RateLimited):
        await limiter.admit("address:a", 1)
    assert limiter.alone and lines.getvalue().count("rate_limit.counting_alone") == 1
    moment += 60 * 60
    await limiter.admit("address:a", 1)
    assert lines.getvalue().count("rate_limit.counting_alone") == 1
    await limiter.close()
