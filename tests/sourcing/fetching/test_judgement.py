"""Pure decisions: what a run came to, how many pages fit, what is given up first, which query is best."""

import pytest

from waypost.sourcing.fetching.classifying import Yield, classify, outcome
from waypost.sourcing.fetching.planning import Probe, Stage, best, fits, never_given_up, stages
from waypost.sourcing.fetching.relaxing import MOST_STEPS, relaxed
from waypost.sourcing.fetching.spending import Purse, pages_in
from waypost.sourcing.wire.words import Outcome

TABLE = [
    (Yield(accepted=5, links=10, blocked=3), ("blocked", None, "degraded"), "partial_success"),
    (Yield(accepted=5, links=10, blocked=2), ("healthy", None, "degraded"), "success"),
    (Yield(accepted=5, links=10, blocked=0, rejected=1), ("healthy", None, "degraded"), "success"),
    (Yield(accepted=5, links=5, blocked=0), ("healthy", None, "healthy"), "success"),
    (Yield(accepted=0, links=0, blocked=0, zero=True), ("empty", "filters_exhausted", "empty"), "filters_exhausted"),
    (Yield(accepted=0, links=0, blocked=0), ("empty", "no_listings", "empty"), "listing_empty"),
    (Yield(accepted=0, links=2, blocked=2), ("blocked", None, "degraded"), "source_http_blocked"),
    (Yield(accepted=0, links=4, blocked=2), ("blocked", None, "degraded"), "source_http_blocked"),
    (Yield(accepted=0, links=4, blocked=0, cached=4), ("healthy", "all_cached", "healthy"), "all_cached"),
    (Yield(accepted=0, links=4, blocked=1), ("empty", "detail_parse_gap", "degraded"), "detail_parse_gap"),
    (Yield(accepted=0, links=4, blocked=0, pending=4), ("empty", "nothing_read_in_time", "degraded"), "listing_empty"),
]


@pytest.mark.parametrize(("told", "verdict", "came_to"), TABLE)
def test_the_first_row_that_fits(told: Yield, verdict: tuple[str, str | None, str], came_to: str) -> None:
    judged = classify(told)
    assert (judged.kind, judged.empty_reason, judged.quality) == verdict
    assert outcome(told, judged) == came_to == Outcome(came_to)
    assert judged.silent == (judged.empty_reason == "detail_parse_gap")


def test_the_blocked_rate_has_four_digits() -> None:
    assert Yield(accepted=0, links=3, blocked=1).blocked_rate == 0.3333


@pytest.mark.parametrize(("elapsed", "limit", "pages"), [(0, 20, 6), (83, 20, 3), (0, 3, 3), (400, 20, 1)])
def test_pages_that_fit_at_the_documented_pace(elapsed: float, limit: int, pages: int) -> None:
    purse = Purse(180, per_page=24)
    assert purse.budget(elapsed, limit, interval=2) == pages


def test_the_pace_is_measured() -> None:
    purse = Purse(180)
    assert purse.budget(0, 100, interval=2) == 51
    for _ in range(20):
        purse.spent(0.5)
    assert purse.budget(0, 1_000, interval=2) == 310
    assert purse.fits(150) and not purse.fits(154.9)


def test_a_short_task_keeps_a_share_back() -> None:
    assert Purse(10).reserve == 4
    assert pages_in(-5, 10, 1) == 1


def walked(filters: dict[str, object], **more: object) -> list[str]:
    """The names of all steps until nothing is left to give up."""
    names, step = [], relaxed(filters, **more)  # type: ignore[arg-type]  # the arguments of one table
    while step is not None:
        filters, name = step
        names.append(name)
        step = relaxed(filters, **more)  # type: ignore[arg-type]  # likewise
    return names


RELAXING: list[tuple[dict[str, object], list[str]]] = [
    ({"technologies": ["37", "36"], "workModes": ["hybrid"]}, ["drop_technologies"] * 2 + ["drop_workModes"]),
    ({"publishedWithinDays": 1}, ["relax_publishedWithinDays"] * 4 + ["remove_publishedWithinDays"]),
    ({"salaryMin": 3}, ["relax_salaryMin", "remove_salaryMin"]),
    ({"radiusKm": 160}, ["relax_radiusKm", "relax_radiusKm", "remove_radiusKm"]),
    ({"noPolishRequired": True, "onlyEmployerOffers": True}, ["remove_onlyEmployerOffers", "remove_noPolishRequired"]),
    ({"location": "Kraków", "keywords": "python dev"}, ["remove_location", "drop_keyword", "remove_keywords"]),
    ({}, []),
]


@pytest.mark.parametrize(("filters", "names"), RELAXING)
def test_filters_are_given_up_in_their_order(filters: dict[str, object], names: list[str]) -> None:
    assert walked(dict(filters)) == names


def test_ladders_have_their_numbers() -> None:
    assert relaxed({"publishedWithinDays": 7}) == ({"publishedWithinDays": 14}, "relax_publishedWithinDays")
    assert relaxed({"salaryMin": 10_000}) == ({"salaryMin": 7_000}, "relax_salaryMin")
    assert relaxed({"radiusKm": 190}) == ({"radiusKm": 200}, "relax_radiusKm")


def test_what_is_hard_stays() -> None:
    filters = {"technologies": ["37"], "salaryMin": 9_000, "location": "Łódź", "radiusKm": 10}
    assert walked(dict(filters), hard={"technologies", "salaryMin", "location", "radiusKm"}) == []
    assert never_given_up({"hard": ["location"]}) == {"location", "radiusKm"}
    assert never_given_up({"salaryMin": 1}) == {"salaryMin"}
    assert MOST_STEPS == 3


def test_stages_widen_step_by_step() -> None:
    filters = {"location": "Kraków", "radiusKm": 20, "positionLevels": ["1"], "keywords": "python"}
    told = stages(filters, {"specializations": ["backend", "devops", "testing", "agile"], "hard": []})
    assert [one.name for one in told] == [
        "base",
        "specialization",
        "broaden_radius_75",
        "broaden_radius_150",
        "remove_seniority_band",
        "remove_location",
    ]
    assert told[1].filters["specializations"] == ["backend", "devops", "testing"]
    assert told[-1].filters == {"keywords": "python", "specializations": ["backend", "devops", "testing"]}
    assert [one.name for one in stages({"keywords": "x"})] == ["base"]
    assert [one.name for one in stages(filters, {"hard": ["positionLevels", "location", "radiusKm"]})] == ["base"]


def test_the_lowest_score_wins_and_ties_go_to_the_later() -> None:
    def probe(name: str, links: int, **more: float) -> Probe:
        return Probe(Stage(name, {}), links, summaries=links, blocked_rate=more.get("blocked_rate", 0.0))

    assert best([probe("a", 5), probe("b", 25), probe("c", 90)], 20, 40).stage.name == "b"
    assert best([probe("a", 25), probe("b", 30)], 20, 40).stage.name == "b"
    assert best([probe("a", 25, blocked_rate=0.5), probe("b", 15)], 20, 40).stage.name == "b"
    assert fits(probe("a", 20), 20, 40) and not fits(probe("a", 41), 20, 40)
