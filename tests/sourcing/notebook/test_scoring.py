"""The score: the documented formula, part by part, and what can be said of it always."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.platform.ids import new_id
from waypost.sourcing.notebook.phrases import folded, phrase
from waypost.sourcing.notebook.profile import CONTRACTS, LEVELS, WORK_MODES, Competency, Profile, Wishes
from waypost.sourcing.notebook.scoring import ceiling, score
from waypost.sourcing.notebook.sight import Sight, whole

LONG = "we write python and postgresql in a quiet hangar near the river and drink a lot of tea together."
SEEN = Sight("senior backend developer", LONG, "krakow", ("senior",), ("remote",), ("b2b", "full-time"), 24_000, "PLN")


def profile(**stated: Any) -> Profile:
    return Profile(new_id(), "Mine", **stated)


SKILLS = (Competency("Python", "high"), Competency("Rust", "medium"), Competency("PostgreSQL", "low", 0.1))
CASES: list[tuple[str, dict[str, Any], Sight, int]] = [
    ("nothing stated", {}, SEEN, 0),
    ("all competencies", {"competencies": (Competency("Python"),)}, SEEN, 48),
    ("weights and the least confidence", {"competencies": SKILLS}, SEEN, 30),
    ("no competency", {"competencies": (Competency("Cobol"),)}, SEEN, 0),
    ("the whole role", {"roles": ("Backend Developer",)}, SEEN, 20),
    ("half of a role", {"roles": ("Backend Architect",)}, SEEN, 10),
    ("the best of several roles", {"roles": ("Gardener", "Backend Architect", "Developer")}, SEEN, 20),
    ("a role is looked for in the title", {"roles": ("Hangar",)}, SEEN, 0),
    ("two of four keywords", {"keywords": ("tea", "river", "roses", "hedges")}, SEEN, 5),
    ("a wish of mode", {"soft": Wishes(work_modes=("remote", "hybrid"))}, SEEN, 10),
    ("half a wish", {"soft": Wishes(work_modes=("remote",), work_mode_weight=0.5)}, SEEN, 5),
    ("a wish not granted", {"soft": Wishes(work_modes=("onsite",))}, SEEN, 0),
    ("a wish of contract", {"soft": Wishes(employment=("b2b",))}, SEEN, 6),
    ("a wish of schedule", {"soft": Wishes(employment=("full-time",))}, SEEN, 6),
    ("a wish of pay", {"soft": Wishes(salary=24_000)}, SEEN, 6),
    ("a wish of more pay", {"soft": Wishes(salary=24_001)}, SEEN, 0),
    ("pay in another currency", {"soft": Wishes(salary=1, currency="EUR")}, SEEN, 0),
    ("no title", {"competencies": (Competency("Python"),)}, replace(SEEN, title=" "), 43),
    ("thin text", {"competencies": (Competency("Python"),)}, replace(SEEN, text="python"), 43),
    ("levels far apart", {"competencies": (Competency("Python"),)}, replace(SEEN, levels=("junior", "senior")), 44),
    ("neighbouring levels", {"competencies": (Competency("Python"),)}, replace(SEEN, levels=("mid", "senior")), 48),
    ("penalties stop at nothing", {"competencies": (Competency("Cobol"),)}, replace(SEEN, title=""), 0),
]


@pytest.mark.parametrize(("stated", "seen", "points"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_points(stated: dict[str, Any], seen: Sight, points: int) -> None:
    assert score(profile(**stated), seen).value == points


def test_everything_together_is_a_hundred() -> None:
    soft = Wishes(work_modes=("remote",), employment=("b2b",), salary=20_000)
    whole = profile(roles=("Developer",), keywords=("tea",), competencies=(Competency("Python"),), soft=soft)
    told = score(whole, SEEN)
    assert (told.value, told.rank, told.violations, ceiling(whole)) == (100, 110, 0, 100)


HARD: list[tuple[str, Wishes, Sight, list[str], list[str]]] = [
    ("seniority above", Wishes(levels=("junior", "mid")), SEEN, ["seniority"], []),
    ("seniority below is fine", Wishes(levels=("lead",)), SEEN, [], []),
    ("one level within is fine", Wishes(levels=("mid",)), replace(SEEN, levels=("mid", "senior")), [], []),
    ("seniority unsaid", Wishes(levels=("mid",)), replace(SEEN, levels=()), [], ["seniority"]),
    ("mode", Wishes(work_modes=("onsite",)), SEEN, ["workModes"], []),
    ("mode unsaid", Wishes(work_modes=("onsite",)), replace(SEEN, work_modes=()), [], ["workModes"]),
    ("contract", Wishes(employment=("uop",)), SEEN, ["employmentTypes"], []),
    ("contract unsaid", Wishes(employment=("uop",)), replace(SEEN, employment=()), [], ["employmentTypes"]),
    ("pay", Wishes(salary=24_001), SEEN, ["minSalary"], []),
    ("pay enough", Wishes(salary=24_000), SEEN, [], []),
    ("pay unsaid", Wishes(salary=24_001), replace(SEEN, pay=None), [], ["minSalary"]),
    ("pay elsewhere", Wishes(salary=1, currency="EUR"), SEEN, [], ["minSalary"]),
    ("place", Wishes(locations=("Gdańsk",)), replace(SEEN, work_modes=("onsite",)), ["locations"], []),
    ("place, folded", Wishes(locations=("Kraków",)), replace(SEEN, work_modes=("onsite",)), [], []),
    ("place of remote work", Wishes(locations=("Gdańsk",)), SEEN, [], []),
    ("place unsaid", Wishes(locations=("Gdańsk",)), replace(SEEN, work_modes=(), location=""), [], ["locations"]),
]


@pytest.mark.parametrize(("hard", "seen", "broken", "gaps"), [one[1:] for one in HARD], ids=[one[0] for one in HARD])
def test_conditions(hard: Wishes, seen: Sight, broken: list[str], gaps: list[str]) -> None:
    told = score(profile(competencies=(Competency("Python"),), hard=hard), seen)
    assert [one.key for one in told.verdict.violations] == broken and list(told.verdict.gaps) == gaps
    assert (told.value, told.capped) == ((40, True) if broken else (48, False))


def test_each_violation_costs_ten_in_the_view_of_the_near_ones_and_thirty_at_most() -> None:
    hard = Wishes(levels=("junior",), work_modes=("onsite",), employment=("uop",), salary=99_000)
    ranks = [score(profile(competencies=(Competency("Python"),), hard=one), SEEN).rank for one in (Wishes(), hard)]
    assert ranks == [48 + 10, 40 - 30 + 10]


def test_the_reasons_are_the_same_json_for_ever() -> None:
    one = profile(roles=("Developer",), keywords=("tea", "roses"), hard=Wishes(work_modes=("onsite",)))
    meta = score(one, SEEN).meta(one)
    assert meta == {
        "version": 2,
        "score": 25,
        "rank": 25,
        "capped": False,
        "profile": {"id": str(one.id), "name": "Mine", "revision": 1},
        "ceiling": 30,
        "parts": [
            {"key": "competencies", "points": 0.0, "of": 48.0, "matched": [], "missing": []},
            {"key": "roles", "points": 20.0, "of": 20.0, "matched": ["Developer"], "missing": []},
            {"key": "keywords", "points": 5.0, "of": 10.0, "matched": ["tea"], "missing": ["roses"]},
            {"key": "workModes", "points": 0.0, "of": 0.0, "matched": [], "missing": []},
            {"key": "employment", "points": 0.0, "of": 0.0, "matched": [], "missing": []},
            {"key": "salary", "points": 0.0, "of": 0.0, "matched": [], "missing": []},
        ],
        "penalties": [],
        "violations": [{"key": "workModes", "wanted": ["onsite"], "found": ["remote"]}],
        "gaps": [],
    }
    assert list(meta) == list(score(profile(), SEEN).meta(one))


@pytest.mark.parametrize(
    ("word", "text", "there"),
    [
        ("C", "C++ and C#", False),
        ("C++", "modern c++, cmake", True),
        ("C#", "c#/.net", True),
        (".NET", "c#/.net", True),
        ("Java", "JavaScript", False),
        ("Node.js", "node.js, react", True),
        ("machine learning", "Machine-Learning and\nmore", True),
        ("machine learning", "learning machine", False),
        ("Łódź", "w Łodzi i w Łódź", True),
        ("lodz", "Łódź", True),
        ("Straße", "STRASSE", True),
        ("go", "good", False),
        ("Go", "we use Go.", True),
        (" - ", "a - b", False),
        ("", "anything", False),
    ],
)
def test_words_are_found_whole(word: str, text: str, there: bool) -> None:
    assert phrase(word).within(folded(text)) is there


@pytest.mark.parametrize(
    ("minor", "currency", "pay"),
    [
        (2_400_000, "PLN", 24_000),
        (2_400_050, "EUR", 24_000),
        (300_000, "JPY", 300_000),
        (None, "PLN", None),
        (0, "", None),
    ],
)
def test_pay_is_compared_in_whole_units(minor: int | None, currency: str, pay: int | None) -> None:
    assert whole(minor, currency) == pay


some_words = st.lists(st.sampled_from(("python", "tea", "river", "roses", "cobol", "hedges")), max_size=4).map(tuple)
competencies = st.builds(
    Competency,
    st.sampled_from(("python", "rust", "tea")),
    st.sampled_from(("high", "medium", "low")),
    st.floats(0, 1),
)
wishes = st.builds(
    Wishes,
    levels=st.lists(st.sampled_from(LEVELS), max_size=2).map(tuple),
    work_modes=st.lists(st.sampled_from(WORK_MODES), max_size=2).map(tuple),
    employment=st.lists(st.sampled_from(CONTRACTS), max_size=2).map(tuple),
    salary=st.none() | st.integers(1, 40_000),
)
profiles = st.builds(
    profile,
    roles=st.lists(st.sampled_from(("Backend Developer", "Gardener")), max_size=2).map(tuple),
    keywords=some_words,
    competencies=st.lists(competencies, max_size=4).map(tuple),
    soft=wishes,
    hard=wishes,
)


@given(profiles, st.sampled_from(("tea", "river", "hangar", "senior", "developer")))
def test_stating_a_matching_keyword_never_lowers_the_score(one: Profile, word: str) -> None:
    more = replace(one, keywords=(*one.keywords, word))
    assert score(more, SEEN).value >= score(one, SEEN).value


@given(profiles, st.text(max_size=200), st.lists(st.sampled_from(LEVELS), max_size=3))
def test_a_score_stays_within_its_bounds(one: Profile, text: str, levels: list[str]) -> None:
    told = score(one, Sight(folded(text[:40]), folded(text), "", tuple(levels), (), (), None))
    assert 0 <= told.value <= min(100, ceiling(one) or 0)
    assert told.value <= 40 or not told.violations
    assert told == score(one, Sight(folded(text[:40]), folded(text), "", tuple(levels), (), (), None))


@given(profiles)
def test_a_profile_comes_back_as_it_was_stated(one: Profile) -> None:
    assert Profile.read(one.id, one.name, one.revision, one.stated()) == one
