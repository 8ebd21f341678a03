"""From what was typed to a profile, and back: lists by line or comma, skills with their weight and confidence. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from waypost.platform.errors import Invalid
from waypost.sourcing.notebook.profile import (
    EMPLOYMENT,
    LEVELS,
    WEIGHTS,
    WORK_MODES,
    Competency,
    Profile,
    Wishes,
)

MOST_WORDS = 100
LISTS = tuple(f"{side}_{name}" for side in ("soft", "hard") for name in ("levels", "work_modes", "employment"))
"""Fields of the form that may be ticked several times."""
_BREAKS = re.compile(r"[\n,;]+")
_LINES = re.compile(r"[\n;]+")
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class ProfileUnreadable(Invalid):
    """Something in this profile cannot be read."""


def listed(value: Any) -> Any:
    """A text with commas or line breaks as the list of its parts, each once; a list as it is."""
    if not isinstance(value, str):
        return value
    return list(dict.fromkeys(part.strip() for part in _BREAKS.split(value) if part.strip()))


Words = Annotated[list[Word], BeforeValidator(listed), Field(max_length=MOST_WORDS)]


def _one_of(allowed: Iterable[str]) -> Any:
    known = tuple(allowed)

    def check(value: Any) -> Any:
        found = [value] if isinstance(value, str) and value else value or []
        strange = [one for one in found if one not in known]
        if strange:
            raise ValueError(f"choose among {', '.join(known)}")
        return found

    return BeforeValidator(check)


class Skill(BaseModel):
    """One competency on the wire."""

    model_config = ConfigDict(extra="forbid")

    name: Word
    weight: Annotated[str, Field(pattern=f"^({'|'.join(WEIGHTS)})$")] = "medium"
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0


class Side(BaseModel):
    """Soft wishes or hard conditions; `salary` is a month's pay in whole units of `currency`."""

    model_config = ConfigDict(extra="forbid")

    levels: Annotated[list[str], _one_of(LEVELS)] = []
    work_modes: Annotated[list[str], _one_of(WORK_MODES)] = []
    employment: Annotated[list[str], _one_of(EMPLOYMENT)] = []
    locations: Words = []
    salary: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    currency: Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{3}$")] = "PLN"
    work_mode_weight: Annotated[float, Field(ge=0, le=1)] = 1.0
    employment_weight: Annotated[float, Field(ge=0, le=1)] = 1.0
    salary_weight: Annotated[float, Field(ge=0, le=1)] = 1.0

    def wishes(self) -> Wishes:
        """The same as the score reads it."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
        return Wishes(**values)


class Stated(BaseModel):
    """A whole profile as it comes in."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    roles: Words = []
    keywords: Words = []
    competencies: Annotated[list[Skill], Field(max_length=MOST_WORDS)] = []
    soft: Side = Side()
    hard: Side = Side()

    def profile(self, id_: UUID, revision: int = 1) -> Profile:
        """As it is kept and scored."""
        skills = {one.name.casefold(): Competency(one.name, one.weight, one.confidence) for one in self.competencies}
        return Profile(
            id=id_,
            name=" ".join(self.name.split()),
            revision=revision,
            roles=tuple(self.roles),
            keywords=tuple(self.keywords),
            competencies=tuple(skills.values()),
            soft=self.soft.wishes(),
            hard=self.hard.wishes(),
        )


def skills_typed(text: str) -> list[dict[str, Any]]:
    """Skills as people type them, a line each: `Python`, `Python: high`, `Python: high 80%`."""
    found = []
    for line in filter(None, map(str.strip, _LINES.split(text.replace(",", "\n")))):
        name, _, rest = line.rpartition(":") if ":" in line else (line, "", "")
        words = rest.lower().split()
        weight = next((word for word in words if word in WEIGHTS), None)
        sure = next((word for word in words if word.endswith("%")), None)
        if ":" in line and len(words) != len([one for one in (weight, sure) if one]):
            raise ProfileUnreadable(errors=[{"field": "competencies", "msg": f"not understood: {line[:80]}"}])
        found.append({"name": name.strip(), "weight": weight or "medium", "confidence": _share(sure)})
    return found


def _share(text: str | None) -> float:
    try:
        return int(text.rstrip("%")) / 100 if text else 1.0
    except ValueError:
        raise ProfileUnreadable(errors=[{"field": "competencies", "msg": "write a share as 80%"}]) from None


def skills_written(competencies: Iterable[Competency]) -> str:
    """The same text again."""
    return "\n".join(_skill(one) for one in competencies)


def _skill(one: Competency) -> str:
    share = f" {round(one.confidence * 100)}%" if one.confidence < 1 else ""
    return f"{one.name}: {one.weight}{share}" if one.weight != "medium" or share or ":" in one.name else one.name


def typed(form: Mapping[str, Any], lists: Mapping[str, list[str]]) -> Stated:
    """A form as a profile: plain fields, and `lists` of what was ticked. Refuses what cannot be read (422)."""
    sides = {
        side: {
            "levels": lists.get(f"{side}_levels", []),
            "work_modes": lists.get(f"{side}_work_modes", []),
            "employment": lists.get(f"{side}_employment", []),
            "locations": form.get(f"{side}_locations", ""),
            "salary": str(form.get(f"{side}_salary", "")).replace(" ", "") or None,
            "currency": form.get("currency") or "PLN",
        }
        for side in ("soft", "hard")
    }
    given = {name: form.get(name, "") for name in ("name", "roles", "keywords")}
    skills = skills_typed(str(form.get("competencies", "")))
    return parsed({**given, "competencies": skills, **sides})


def parsed(given: Mapping[str, Any]) -> Stated:
    """Refuses with one line for each field that does not fit."""
    try:
        return Stated.model_validate(given)
    except ValidationError as wrong:
        errors = [
            {"field": ".".join(map(str, one["loc"])), "msg": one["msg"].removeprefix("Value error, ")}
            for one in wrong.errors(include_input=False, include_url=False)
        ]
        raise ProfileUnreadable("; ".join(f"{e['field']}: {e['msg']}" for e in errors[:3]), errors=errors) from None
