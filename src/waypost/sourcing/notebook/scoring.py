"""The score of an offer against a profile: sums of stated words and wishes, each part with its reasons. Pure.

The formula is that of sourcing.md 4.10: competencies up to 48, role words 20, keywords 10, wishes of work mode 10,
employment 6 and salary 6; penalties reduce the competencies' part; a broken condition caps the whole at 40. What an
offer does not say is a gap, never a violation. No model is asked: the same two values give the same score for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from waypost.sourcing.notebook.conditions import Verdict, judged
from waypost.sourcing.notebook.phrases import phrase, words
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.sight import Sight
from waypost.sourcing.notebook.wishes import salary_wish, wish

COMPETENCIES, ROLES, KEYWORDS, WORK_MODES, EMPLOYMENT, SALARY = 48.0, 20.0, 10.0, 10.0, 6.0, 6.0
NO_TITLE, THIN_TEXT, AMBIGUOUS = 5.0, 5.0, 4.0
SHORTEST_TEXT = 80
CAP = 40
PER_VIOLATION, MOST_LOST, BONUS = 10, 30, 10


@dataclass(frozen=True, slots=True)
class Part:
    """One summand: `points` of at most `of`, and the words or values behind them."""

    key: str
    points: float
    of: float
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As JSON, points with one decimal."""
        return {
            "key": self.key,
            "points": round(self.points, 1),
            "of": round(self.of, 1),
            "matched": list(self.matched),
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Score:
    """What an offer is worth to a profile, and why."""

    value: int
    parts: tuple[Part, ...]
    penalties: tuple[tuple[str, float], ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    capped: bool = False

    @property
    def violations(self) -> int:
        """How many conditions it breaks."""
        return len(self.verdict.violations)

    @property
    def rank(self) -> int:
        """What the view `approx` sorts by: 10 less for each violation, at most 30, and 10 more for being scored."""
        return self.value - min(PER_VIOLATION * self.violations, MOST_LOST) + BONUS

    def meta(self, profile: Profile) -> dict[str, Any]:
        """`match_meta`, the same keys in the same order always."""
        return {
            "version": 2,
            "score": self.value,
            "rank": self.rank,
            "capped": self.capped,
            "profile": {"id": str(profile.id), "name": profile.name, "revision": profile.revision},
            "ceiling": ceiling(profile),
            "parts": [part.told() for part in self.parts],
            "penalties": [{"key": key, "points": -points} for key, points in self.penalties],
            "violations": [
                {"key": one.key, "wanted": list(one.wanted), "found": list(one.found)}
                for one in self.verdict.violations
            ],
            "gaps": list(dict.fromkeys(self.verdict.gaps)),
        }


def score(profile: Profile, seen: Sight) -> Score:
    """How well an offer fits: 0..100, at most 40 when it breaks a condition."""
    penalties = tuple(_penalties(seen))
    verdict = judged(profile.hard, seen)
    soft = profile.soft
    wishes = (
        wish("workModes", WORK_MODES * soft.work_mode_weight, soft.work_modes, seen.work_modes),
        wish("employment", EMPLOYMENT * soft.employment_weight, soft.employment, seen.employment),
        salary_wish(SALARY * soft.salary_weight, soft, seen),
    )
    parts = (
        _lessened(_competencies(profile, seen), sum(points for _, points in penalties)),
        _roles(profile, seen),
        _keywords(profile, seen),
        *(Part(one.key, one.points, one.of, one.matched, one.missing) for one in wishes),
    )
    gaps = (*verdict.gaps, *(one.gap for one in wishes if one.gap))
    total = min(100, int(sum(part.points for part in parts) + 0.5))
    capped = bool(verdict.violations) and total > CAP
    return Score(CAP if capped else total, parts, penalties, replace(verdict, gaps=gaps), capped)


def ceiling(profile: Profile) -> int:
    """The most that any offer can reach against this profile: parts that it does not state give nothing."""
    soft = profile.soft
    reach = (
        (COMPETENCIES, bool(profile.competencies)),
        (ROLES, bool(profile.roles)),
        (KEYWORDS, bool(profile.keywords)),
        (WORK_MODES * soft.work_mode_weight, bool(soft.work_modes)),
        (EMPLOYMENT * soft.employment_weight, bool(soft.employment)),
        (SALARY * soft.salary_weight, soft.salary is not None),
    )
    return int(sum(points for points, stated in reach if stated) + 0.5)


def _competencies(profile: Profile, seen: Sight) -> Part:
    matched = [one for one in profile.competencies if phrase(one.name).within(seen.whole)]
    whole = sum(one.counts for one in profile.competencies)
    points = COMPETENCIES * sum(one.counts for one in matched) / whole if whole else 0.0
    return _part("competencies", points, COMPETENCIES, (one.name for one in profile.competencies), matched)


def _roles(profile: Profile, seen: Sight) -> Part:
    """The role whose words the title holds most of; ten roles are not worth more than the right one."""
    best, points = "", 0.0
    for role in profile.roles:
        tokens = words(role)
        share = sum(phrase(token).within(seen.title) for token in tokens) / len(tokens) if tokens else 0.0
        if ROLES * share > points:
            best, points = role, ROLES * share
    return Part("roles", points, ROLES, (best,) if best else (), () if best else profile.roles)


def _keywords(profile: Profile, seen: Sight) -> Part:
    matched = [word for word in profile.keywords if phrase(word).within(seen.whole)]
    points = KEYWORDS * len(matched) / len(profile.keywords) if profile.keywords else 0.0
    return _part("keywords", points, KEYWORDS, profile.keywords, matched)


def _part(key: str, points: float, of: float, stated: Iterable[str], matched: list[Any]) -> Part:
    found = tuple(getattr(one, "name", one) for one in matched)
    return Part(key, points, of, found, tuple(one for one in stated if one not in found))


def _penalties(seen: Sight) -> Iterable[tuple[str, float]]:
    """What makes a text say less than it seems to."""
    if not seen.title.strip():
        yield "noTitle", NO_TITLE
    if len(seen.text.strip()) < SHORTEST_TEXT:
        yield "thinText", THIN_TEXT
    if seen.is_ambiguous:
        yield "ambiguousSeniority", AMBIGUOUS


def _lessened(part: Part, by: float) -> Part:
    return replace(part, points=max(0.0, part.points - by))
