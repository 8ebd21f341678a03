"""Schedules over HTTP: the documented single form, several named ones, and whose they are."""

from datetime import datetime
from typing import Any

import pytest

from tests.sourcing.schedules.planner import BASE, FILTERS, NAMED, Planner
from waypost.platform.ids import new_id
from waypost.sourcing.schedules.wire import NONE

pytestmark = pytest.mark.anyio
PLAN = {"enabled": True, "cron": "0 6 * * 1-5", "timezone": "Europe/Warsaw", "source": "pracuj-pl-it", "limit": 7}


async def test_without_one_there_are_disabled_defaults(planner: Planner) -> None:
    assert await planner.told("GET", BASE) == NONE
    assert await planner.told("GET", f"{BASE}/events") == {"items": [], "total": 0}


async def test_the_single_form_keeps_one(planner: Planner) -> None:
    first = await planner.told("PUT", BASE, PLAN | {"filters": FILTERS})
    assert {name: first[name] for name in PLAN} == PLAN and first["filters"] == FILTERS
    assert datetime.fromisoformat(first["nextRunAt"]).astimezone().utcoffset() is not None
    assert await planner.told("GET", BASE) == first
    second = await planner.told("PUT", BASE, {"enabled": False})
    assert (second["cron"], second["nextRunAt"], second["filters"]) == ("0 9 * * *", None, None)
    assert await planner.events() == ["schedule_updated", "schedule_updated"]
    assert (await planner.told("GET", f"{BASE}/events?limit=1"))["total"] == 2


BAD: dict[str, dict[str, Any]] = {
    "cron": {"cron": "sometimes"},
    "timezone": {"timezone": "Mars/Olympus"},
    "source": {"source": "nowhere"},
    "careerProfileId": {"careerProfileId": "0199a1b2-0000-7000-8000-000000000000"},
    "limit": {"limit": 101},
    "enabled": {"enabled": None},
    "filters.radiusKm": {"filters": {"radiusKm": 0}},
    "surprise": {"surprise": 1},
}


@pytest.mark.parametrize(("field", "said"), BAD.items(), ids=BAD)
async def test_what_does_not_fit_is_400_and_names_the_field(planner: Planner, field: str, said: dict[str, Any]) -> None:
    answer = await planner.ask("PUT", BASE, PLAN | said)
    told = answer.json()
    assert (answer.status_code, told["code"], told["category"]) == (400, "VALIDATION_ERROR", "validation"), told
    assert told["errors"][0]["field"] == field
    assert await planner.told("GET", BASE) == NONE


async def test_several_with_names(planner: Planner) -> None:
    first = await planner.add("Welders")
    await planner.add("Riveters", enabled=False)
    items = (await planner.told("GET", NAMED))["items"]
    assert [(each["name"], each["enabled"]) for each in items] == [("Welders", True), ("Riveters", False)]
    assert (await planner.told("GET", BASE))["limit"] == items[0]["limit"]
    assert (await planner.ask("POST", NAMED, {"name": "Welders"})).status_code == 409
    changed = await planner.told("PATCH", f"{NAMED}/{first}", {"name": "All welders", "limit": 3})
    assert (changed["name"], changed["limit"], changed["filters"]) == ("All welders", 3, FILTERS)
    assert (await planner.ask("PATCH", f"{NAMED}/{first}", {"cron": "never"})).status_code == 400
    assert (await planner.ask("DELETE", f"{NAMED}/{first}")).status_code == 204
    assert (await planner.ask("GET", f"{NAMED}/{first}")).status_code == 404


async def test_another_persons_schedule_does_not_exist(planner: Planner) -> None:
    mine = await planner.add()
    cast = planner.product.cast
    for stranger in (cast.bob, cast.mallory):
        other = Planner(planner.product, stranger)
        for method, path, body in (
            ("GET", f"{NAMED}/{mine}", None),
            ("GET", f"{NAMED}/{mine}/events", None),
            ("PATCH", f"{NAMED}/{mine}", {"limit": 2}),
            ("DELETE", f"{NAMED}/{mine}", None),
            ("POST", f"{NAMED}/{mine}/runs", None),
            ("GET", f"{NAMED}/{new_id()}", None),
        ):
            assert (await other.ask(method, path, body)).status_code == 404, (method, path)
        assert (await other.told("GET", NAMED))["items"] == []
        assert await other.told("GET", BASE) == NONE
    assert (await Planner(planner.product, cast.vera).ask("PUT", BASE, PLAN)).status_code == 403
