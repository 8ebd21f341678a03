"""What every answer carries, also the refused and the failed ones."""

import gzip
import json
from io import StringIO

import httpx2
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.platform.web.stage import ALICE, BROWSER, PROVEN, house, visit, web
from waypost.platform.web.middleware.below import Below
from waypost.platform.web.settings import POLICY

pytestmark = pytest.mark.anyio

DESK = "https://desk.example"


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/boxes/a", "/-/patterns"])
async def test_the_headers_for_safety_are_everywhere(client: httpx2.AsyncClient, path: str) -> None:
    headers = (await client.get(path, headers=BROWSER)).headers
    assert headers["content-security-policy"] == POLICY and "default-src 'self'" in POLICY
    assert "unsafe" not in POLICY
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["referrer-policy"] == "same-origin"


async def test_the_operator_may_set_another_policy() -> None:
    async with visit(house(settings=web(CONTENT_SECURITY_POLICY="default-src 'none'"))) as client:
        assert (await client.get("/healthz")).headers["content-security-policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("run-7:a.b_c", True),
        (" run-7 ", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("a b", False),
        ("<script>", False),
        ("", False),
    ],
)
async def test_a_well_formed_request_id_is_kept_and_any_other_replaced(
    client: httpx2.AsyncClient, sent: str, kept: bool
) -> None:
    answer = await client.get("/healthz", headers={"x-request-id": sent})
    told = answer.headers["x-request-id"]
    assert (told == sent.strip()) is kept and 1 <= len(told) <= 128


async def test_the_name_of_the_request_id_is_the_operators() -> None:
    async with visit(house(settings=web(REQUEST_ID_HEADER="x-trace"))) as client:
        assert (await client.get("/nothing", headers={"x-trace": "t1"})).headers["x-trace"] == "t1"


async def test_a_listed_origin_may_read_every_answer_and_send_cookies() -> None:
    settings = web(CORS_ORIGINS=f"{DESK}/, https://other.example", RATE_LIMIT_PER_MINUTE=1)
    async with visit(house(settings=settings)) as client:
        known = {"origin": DESK}
        answers = [
            await client.get("/nothing", headers=known),
            await client.get("/nothing", headers=known),
            await client.delete("/boxes/x", headers={**PROVEN, **known, "authorization": "Bearer alice"}),
        ]
    assert [each.status_code for each in answers] == [404, 429, 500]
    for each in answers:
        assert each.headers["access-control-allow-origin"] == DESK
        assert each.headers["access-control-allow-credentials"] == "true"
        assert each.headers["access-control-expose-headers"] == "x-request-id"


@pytest.mark.parametrize("left_on", [True, False])
async def test_programs_may_reach_us_below_a_path(left_on: bool) -> None:
    """A client joins the path of our base address with each of ours; its proxy may take that path off, or leave it."""
    told = web(API_BASE_URL="https://acme.example/desk/")
    path = told.base_path if left_on else ""
    async with visit(house(settings=told)) as client:
        assert (await client.get(f"{path}/boxes/first")).json() == {"box": "the first"}
        assert (await client.get(f"{path}/nothing/desk")).status_code == 404
        put = await client.post(f"{path}/boxes/a/lid", headers={**PROVEN, **BROWSER, "origin": "https://acme.example"})
    assert (put.status_code, put.headers["location"]) == (303, "/desk/boxes/a")


async def test_links_in_headers_lead_below_the_path_too() -> None:
    async def following(scope: Scope, receive: Receive, send: Send) -> None:
        told = {"link": '</queues?limit=2&cursor=x>; rel="next"', "location": "https://elsewhere.example/x"}
        await Response(scope["path"], headers=told)(scope, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Below(following, "/desk")), base_url=DESK) as client:
        answer = await client.get("/desk/queues")
    assert (answer.text, answer.headers["link"]) == ("/queues", '</desk/queues?limit=2&cursor=x>; rel="next"')
    assert answer.headers["location"] == "https://elsewhere.example/x"


async def test_preflights_echo_what_is_asked_and_are_not_counted() -> None:
    asked = {"origin": DESK, "access-control-request-method": "PATCH", "access-control-request-headers": "x-csrf-token"}
    async with visit(house(settings=web(CORS_ORIGINS=DESK, RATE_LIMIT_PER_MINUTE=1))) as client:
        answers = [await client.options("/boxes", headers=asked) for _ in range(3)]
        stranger = await client.options("/boxes", headers={**asked, "origin": "https://evil.example"})
    assert {each.status_code for each in answers} == {200}
    assert answers[0].headers["access-control-allow-headers"] == "x-csrf-token"
    assert answers[0].headers["access-control-max-age"] == "600"
    assert "access-control-allow-origin" not in stranger.headers


def test_every_origin_is_never_an_origin() -> None:
    with pytest.raises(ValueError, match="name each origin"):
        web(CORS_ORIGINS="*")


async def test_pages_are_packed_for_those_who_can_unpack(client: httpx2.AsyncClient) -> None:
    packed = await client.get("/-/patterns", headers={**ALICE, **BROWSER, "accept-encoding": "gzip"})
    plain = await client.get("/-/patterns", headers={**ALICE, **BROWSER, "accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < len(gzip.compress(plain.content)) * 1.2


async def test_a_request_is_one_line_without_its_query(client: httpx2.AsyncClient, lines: StringIO) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await client.get("/boxes/a?q=carol", headers={**ALICE, "x-request-id": "abc-9", "traceparent": traceparent})
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    [line] = [each for each in told if each["logger"] == "oss.api"]
    assert list(line) == sorted(line)
    assert isinstance(line.pop("duration_ms"), int) and line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "http.request.completed",
        "level": "info",
        "logger": "oss.api",
        "method": "GET",
        "path": "/boxes/a",
        "rate_limited": False,
        "request_id": "abc-9",
        "status_code": 200,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }


async def test_a_fault_is_logged_with_its_place_and_nobodys_address(
    client: httpx2.AsyncClient, lines: StringIO
) -> None:
    await client.delete("/boxes/x", headers={**PROVEN, "x-request-id": "abc-10"})
    fault = next(json.loads(each) for each in lines.getvalue().splitlines() if "http.request.failed" in each)
    assert (fault["fault"]["error"], fault["request_id"]) == ("RuntimeError", "abc-10")
    assert fault["fault"]["frames"][-1].endswith("delete_box")
    assert "carol@" not in lines.getvalue()
