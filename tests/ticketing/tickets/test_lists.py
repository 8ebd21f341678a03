"""Lists for programs: order, filters, places, and questions that do not fit."""

import base64
import json
from typing import Any

import pytest

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio


async def test_order_is_activity_and_the_cursor_goes_on(office: Office) -> None:
    ids = await office.deliver(*(mail(str(n)) for n in range(5)))
    await office.patch(ids[1], priority="high")
    order = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    first = await office.get("/tickets", limit=3)
    second = await office.get("/tickets", limit=3, cursor=first["next_cursor"])
    assert [row["id"] for row in first["items"] + second["items"]] == order
    assert second["next_cursor"] is None
    assert (await office.get("/tickets", limit=5))["next_cursor"] is None
    turned = await office.get("/tickets", limit=3, order="oldest")
    rest = await office.get("/tickets", limit=3, order="oldest", cursor=turned["next_cursor"])
    assert [row["id"] for row in turned["items"] + rest["items"]] == order[::-1] and rest["next_cursor"] is None
    assert await office.ids(q="boiler", order="oldest") == (await office.ids(q="boiler"))[::-1]
    assert (await office.bob.get("/tickets", params={"order": "best"})).status_code == 422


async def test_how_many_stand_where(office: Office, globex: MailDesk) -> None:
    first, *_ = await office.deliver(mail("1"), mail("2"), mail("3"))
    await globex.deliver(mail("4"))
    await office.patch(first, status="pending")
    told = await office.get("/tickets/counts")
    none = dict.fromkeys(("open", "resolved", "closed", "spam"), 0)
    assert told == {"counts": none | {"new": 2, "pending": 1}, "most": 100}


async def test_filters(office: Office) -> None:
    first, second, third = await office.deliver(mail("1"), mail("2", subject="Parking"), mail("3"))
    await office.patch(first, status="pending")
    await office.patch(second, assignee_user_id=office.bobs_id)
    assert await office.ids(status="pending") == [first]
    assert await office.ids(status="new") == [second, third]
    assert await office.ids(assignee_user_id=office.bobs_id) == [second]
    assert await office.ids(assignee_queue_id=str(new_id())) == []
    assert await office.ids(q="parking") == [second]
    assert await office.ids(q="parking", status="pending") == []


async def test_the_time_of_the_last_activity_narrows(office: Office) -> None:
    first, second, third = await office.deliver(mail("1"), mail("2", subject="Parking"), mail("3"))
    at = "2026-11-02T09:0{}:00"
    assert await office.ids(active_from=at.format(2)) == [third, second]
    assert await office.ids(active_to=at.format(2) + "Z") == [first]
    assert await office.ids(active_from=at.format(2), active_to="2026-11-02T10:03:00+01:00") == [second]
    assert await office.ids(active_to="2026-11-02") == []
    assert (await office.bob.get("/tickets", params={"active_from": "soon"})).status_code == 422


def encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "wrong",
    [
        "garbage",
        "ä",
        encoded([]),
        encoded({"id": "x", "sort_ts": "2026-01-01T00:00:00+00:00"}),
        encoded({"id": str(new_id()), "sort_ts": "2026-01-01T00:00:00"}),
        encoded({"id": str(new_id()), "sort_ts": 5}),
        encoded({"id": str(new_id())}),
        base64.urlsafe_b64encode(b"[" * 20_000).decode(),
        "A" * 300,
    ],
    ids=range(9),
)
async def test_a_cursor_that_is_not_ours(office: Office, wrong: str) -> None:
    answer = await office.bob.get("/tickets", params={"cursor": wrong})
    assert answer.status_code == 422 and "Invalid cursor" in answer.json()["detail"]


async def test_questions_that_do_not_fit(office: Office) -> None:
    wrong: list[dict[str, Any]] = [
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"status": "lost"},
        {"status": ""},
        {"assignee_user_id": "x"},
        {"q": "x" * 201},
    ]
    for params in wrong:
        answer = await office.bob.get("/tickets", params=params)
        assert answer.status_code == 422 and isinstance(answer.json()["detail"], str), params
    assert await office.ids(limit=100) == await office.ids(limit=1) == []
