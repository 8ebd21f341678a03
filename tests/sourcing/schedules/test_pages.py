"""The pages of schedules, without scripts: list, form, preview, pause, run, removal."""

import httpx2
import pytest

from tests.sourcing.schedules.planner import NAMED, Planner
from waypost.platform.access import MACHINE
from waypost.sourcing.schedules.events import note
from waypost.sourcing.schedules.models import ScrapeSchedule
from waypost.sourcing.schedules.queries import mine

pytestmark = pytest.mark.anyio
FORM = {
    "name": "Welders",
    "enabled": "1",
    "cron": "0 6 * * 1-5",
    "timezone": "Europe/Warsaw",
    "source": "pracuj-pl-it",
    "limit": "5",
    "keywords": "welder",
}


async def page(planner: Planner, method: str, path: str, **form: str | list[str]) -> httpx2.Response:
    """As a browser asks."""
    async with planner.product.visit(planner.who, {"accept": "text/html"}) as client:
        return await client.request(method, path, data=form or None)


async def test_an_empty_list_says_what_it_is_for(planner: Planner) -> None:
    answer = await page(planner, "GET", NAMED)
    assert answer.status_code == 200 and "Nothing runs by itself yet" in answer.text
    assert "/sourcing/schedules/new" in answer.text


async def test_from_form_to_list(planner: Planner) -> None:
    assert (await page(planner, "GET", f"{NAMED}/new")).status_code == 200
    kept = await page(planner, "POST", NAMED, **FORM)
    assert kept.status_code == 303, kept.text
    schedule = await planner.one()
    assert kept.headers["location"] == f"{NAMED}/{schedule.id}"
    assert (schedule.cron, schedule.wanted, schedule.filters) == ("0 6 * * 1-5", 5, {"keywords": "welder"})
    listed = await page(planner, "GET", NAMED)
    assert "Welders" in listed.text and "Europe/Warsaw" in listed.text and "Not yet" in listed.text
    shown = await page(planner, "GET", f"{NAMED}/{schedule.id}")
    assert "The next times, in Europe/Warsaw" in shown.text and shown.text.count("6:00\u202fAM") == 5


async def test_what_is_wrong_stands_beside_what_was_typed(planner: Planner) -> None:
    answer = await page(planner, "POST", NAMED, **FORM | {"cron": "sometimes", "name": "<b>Welders</b>"})
    assert answer.status_code == 400
    assert 'value="sometimes"' in answer.text and "five fields" in answer.text
    assert "&lt;b&gt;Welders&lt;/b&gt;" in answer.text and await planner.rows(ScrapeSchedule) == []


async def test_a_preview_keeps_nothing(planner: Planner) -> None:
    answer = await page(planner, "POST", f"{NAMED}/preview", **FORM)
    assert answer.status_code == 200 and answer.text.count("6:00\u202fAM") == 5
    assert await planner.rows(ScrapeSchedule) == []
    wrong = await page(planner, "POST", f"{NAMED}/preview", **FORM | {"timezone": "Mars"})
    assert "This is no time zone" in wrong.text


async def test_every_filter_of_the_source_stands_in_the_form(planner: Planner) -> None:
    """What was there and is not sent was taken out; what this source's form cannot show stays."""
    standing = {"keywords": "welder", "radiusKm": 30, "categories": ["5013"], "technologies": ["37"]}
    made = await planner.add(filters=standing)
    shown = (await page(planner, "GET", f"{NAMED}/{made}")).text
    assert 'value="30"' in shown and 'name="technologies" value="37" checked' in shown
    assert 'name="salaryMin"' in shown and 'name="publishedWithinDays"' in shown and 'name="categories"' not in shown
    typed = FORM | {"keywords": "", "location": "Gdynia", "radiusKm": "50", "noPolishRequired": "1"}
    answer = await page(planner, "POST", f"{NAMED}/{made}", **typed, technologies=["37", "55"])
    assert answer.status_code == 303, answer.text
    wanted = {"location": "Gdynia", "radiusKm": 50, "noPolishRequired": True, "technologies": ["37", "55"]}
    assert (await planner.one()).filters == {"categories": ["5013"], **wanted}
    wrong = await page(planner, "POST", f"{NAMED}/{made}", **typed | {"radiusKm": "500"})
    assert wrong.status_code == 400 and 'value="500"' in wrong.text and "less than or equal to 200" in wrong.text


async def test_another_source_has_other_filters(planner: Planner) -> None:
    other = FORM | {"source": "pracuj-pl-general", "show": "filters"}
    async with planner.product.visit(planner.who, {"accept": "text/html", "hx-request": "true"}) as client:
        part = (await client.post(f"{NAMED}/preview", data=other)).text
    assert 'id="filters"' in part and 'name="categories"' in part and 'name="technologies"' not in part
    assert 'value="welder"' in part and "<html" not in part and await planner.rows(ScrapeSchedule) == []
    made = await planner.add(filters={"technologies": ["37"]})
    await page(planner, "POST", f"{NAMED}/{made}", **FORM | {"source": "pracuj-pl-general", "categories": "5013"})
    assert (await planner.one()).filters == {"keywords": "welder", "categories": ["5013"]}


async def test_pause_go_on_and_removal(planner: Planner) -> None:
    made = await planner.add()
    await page(planner, "POST", f"{NAMED}/{made}/switch", on="0")
    assert ((await planner.one()).enabled, (await planner.one()).next_run_at) == (False, None)
    assert "Paused" in (await page(planner, "GET", NAMED)).text
    await page(planner, "POST", f"{NAMED}/{made}/switch", on="1")
    assert (await planner.one()).next_run_at is not None
    assert (await page(planner, "POST", f"{NAMED}/{made}/removal")).status_code == 303
    assert await planner.rows(ScrapeSchedule) == []


async def test_running_it_now_leads_to_the_run(planner: Planner) -> None:
    made = await planner.add()
    answer = await page(planner, "POST", f"{NAMED}/{made}/runs")
    (run,) = await planner.runs()
    assert answer.headers["location"] == f"/sourcing/runs/{run.id}"
    again = await page(planner, "POST", f"{NAMED}/{made}/runs")
    assert again.status_code == 429 and "The same was asked for a moment before." in again.text
    past = await page(planner, "GET", f"{NAMED}/{made}")
    assert "Started by hand" in past.text and str(run.id) in past.text


async def test_a_long_history_has_pages(planner: Planner) -> None:
    made = await planner.add()
    async with planner.product.house.works.open(planner.who.org_id, MACHINE) as work:
        schedule = await mine(work.db, made, planner.who.person_id)
        for _ in range(30):
            note(work, schedule, "schedule_trigger_received")
    first = await page(planner, "GET", f"{NAMED}/{made}")
    older = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = await page(planner, "GET", older)
    assert first.text.count("entry-when") == 25 and second.text.count("entry-when") == 6


async def test_who_only_reads_is_offered_nothing(planner: Planner) -> None:
    vera = Planner(planner.product, planner.product.cast.vera)
    answer = await page(vera, "GET", NAMED)
    assert answer.status_code == 200 and "/sourcing/schedules/new" not in answer.text
    assert (await page(vera, "GET", f"{NAMED}/new")).status_code == 403
