"""Every way to be refused, told to programs, people and htmx."""

from typing import Any

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from tests.platform.web.stage import ALICE, BROWSER, HTMX, PROVEN, house, nowhere, visit
from waypost.platform.errors import Invalid, TooMany
from waypost.platform.web.doors import Doors, Reads
from waypost.platform.web.pages import Page, Pages
from waypost.platform.web.problems import Problem, problem_of

pytestmark = pytest.mark.anyio

KEYS = {"type", "title", "status", "detail", "request_id", "errors"}


def as_archive(problem: Problem, request_id: str) -> dict[str, Any]:
    return {"detail": problem.kind, "code": problem.kind, "hint": problem.detail, "request_id": request_id}


archive, breaking = Doors(shape=as_archive), Doors()


@archive.post("/ingest", public=True, foreign=True)
async def ingest(ticket: dict[str, int]) -> None:
    raise Invalid("The signature does not match.")


@breaking.get("/unreachable", member=True)
async def unreachable(work: Reads) -> None:
    await work.db.connection()


class Twice(Exception):
    """Stands for the driver's error of a broken unique constraint."""

    sqlstate = "23505"


async def test_a_refusal_is_a_problem_with_its_code(client: httpx2.AsyncClient) -> None:
    answer = await client.delete("/boxes/shut", headers={**PROVEN, "x-request-id": "abc-1"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "box-is-shut",
        "title": "This box is shut",
        "status": 409,
        "detail": "This box is shut",
        "request_id": "abc-1",
        "errors": [],
        "code": "box_shut",
    }


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        ("application/json;q=0.9, text/plain", "application/json"),
        ("application/json, application/problem+json", "application/problem+json"),
        ("application/json, */*", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("", "application/problem+json"),
    ],
)
async def test_who_accepts_only_json_gets_that_media_type(client: httpx2.AsyncClient, accept: str, media: str) -> None:
    assert (await client.get("/nothing", headers={"accept": accept})).headers["content-type"] == media


async def test_a_body_that_does_not_fit_is_told_in_a_sentence_and_by_field(client: httpx2.AsyncClient) -> None:
    body = (await client.post("/boxes", json={"limit": 0}, headers=PROVEN)).json()
    assert set(body) == KEYS and body["detail"] == "limit: Input should be greater than 0"
    assert body["errors"] == [
        {
            "loc": ["body", "limit"],
            "field": "limit",
            "msg": "Input should be greater than 0",
            "type": "greater_than",
        }
    ]


async def test_what_was_sent_is_never_repeated(client: httpx2.AsyncClient) -> None:
    secret = {"limit": "hunter2 of carol@acme.example"}
    assert "hunter2" not in (await client.post("/boxes", json=secret, headers=PROVEN)).text


async def test_a_body_that_is_no_json_is_a_problem_too(client: httpx2.AsyncClient) -> None:
    headers = {**PROVEN, "content-type": "application/json"}
    answer = await client.post("/boxes", content=b'{"limit": ', headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (422, "JSON decode error")


@pytest.mark.parametrize("path", ["/nothing", "/boxes/none/lid/none"])
async def test_an_unknown_address_is_a_page_for_people(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={**ALICE, **BROWSER, "x-request-id": "abc-2"})
    assert answer.status_code == 404
    assert "There is no such thing here" in answer.text and "abc-2" in answer.text


async def test_people_read_their_own_language_and_programs_english(client: httpx2.AsyncClient) -> None:
    german = {"accept-language": "de", **PROVEN}
    page = await client.get("/nothing", headers={**german, **BROWSER})
    assert '<html lang="de"' in page.text
    assert (await client.get("/nothing", headers=german)).json()["title"] == "There is no such thing here"


async def test_htmx_gets_a_block_for_the_place_of_problems(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/nothing", headers={**ALICE, **HTMX})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (404, "#problems")
    assert "<html" not in answer.text and "There is no such thing here" in answer.text


async def test_a_fault_says_nothing_of_our_inside_and_keeps_every_header(client: httpx2.AsyncClient) -> None:
    answer = await client.delete("/boxes/x", headers={**PROVEN, "x-request-id": "abc-3"})
    body = answer.json()
    assert (answer.status_code, body["type"], body["request_id"]) == (500, "unforeseen", "abc-3")
    assert "carol" not in answer.text and "lid" not in answer.text
    assert answer.headers["x-request-id"] == "abc-3"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_page_that_fails_while_it_is_drawn_is_a_problem_too() -> None:
    page = Pages()

    @page.get("/broken", public=True)
    async def broken() -> Page:
        return Page("box.html")

    async with visit(house(features=[page])) as visitor:
        answer = await visitor.get("/broken", headers=BROWSER)
    assert answer.status_code == 500 and "Something went wrong on our side" in answer.text


async def test_when_even_the_error_page_fails_a_bare_one_stands() -> None:
    app = house()

    class Speechless:
        async def draw_problem(self, *_: object) -> str:
            raise RuntimeError

    app.state.renderer = Speechless()
    async with visit(app) as visitor:
        answer = await visitor.get("/nothing", headers={**BROWSER, "x-request-id": "abc-4"})
    assert answer.status_code == 404 and "abc-4" in answer.text


async def test_a_database_that_is_away_is_503_with_retry_after() -> None:
    async with visit(house(features=[breaking], works=nowhere())) as visitor:
        answer = await visitor.get("/unreachable", headers=ALICE)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "127.0.0.1" not in answer.text


async def test_a_documented_interface_keeps_its_own_shape() -> None:
    async with visit(house(features=[archive])) as visitor:
        refused = await visitor.post("/ingest", json={}, headers={"x-request-id": "abc-5"})
        unfit = await visitor.post("/ingest", json=[])
    hint = "The signature does not match."
    assert refused.json() == {"detail": "invalid", "code": "invalid", "hint": hint, "request_id": "abc-5"}
    assert unfit.json()["code"] == "invalid"


@pytest.mark.parametrize(
    ("path", "headers", "status", "goto"),
    [
        ("/boxes/a?page=2&q=x y", BROWSER, 303, "/sign-in?next=/boxes/a%3Fpage%3D2%26q%3Dx%2520y"),
        ("/boxes/a", {**HTMX, "hx-current-url": "http://acme.example/boxes?q=1"}, 204, "/sign-in?next=/boxes%3Fq%3D1"),
        ("/boxes/a", {**HTMX, "hx-current-url": "https://x//evil.example"}, 204, "/sign-in?next=/evil.example"),
    ],
)
async def test_strangers_are_shown_to_sign_in_and_back(
    client: httpx2.AsyncClient, path: str, headers: dict[str, str], status: int, goto: str
) -> None:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == status
    assert (answer.headers.get("location") or answer.headers.get("hx-redirect")) == goto


async def test_programs_are_told_how_to_sign_in(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/boxes/a")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("error", "status", "kind", "again"),
    [
        (IntegrityError("insert …", {}, Twice()), 409, "conflict", None),
        (IntegrityError("insert …", {}, Exception()), 500, "unforeseen", None),
        (OperationalError("select …", {}, Exception()), 503, "unavailable", "10"),
        (PoolExhausted(), 503, "unavailable", "10"),
        (TooMany(), 429, "too-many", "60"),
        (HTTPException(400, "There was an error parsing the body"), 400, "bad-request", None),
        (ZeroDivisionError(), 500, "unforeseen", None),
    ],
)
def test_what_an_exception_means_outside(error: Exception, status: int, kind: str, again: str | None) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.kind, problem.headers.get("Retry-After")) == (status, kind, again)
