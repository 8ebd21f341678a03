"""A source's filters as controls of a form, from the dictionaries of its recipe, and what was typed into them. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

from starlette.datastructures import FormData

from waypost.sourcing.adapters.addresses import Place
from waypost.sourcing.adapters.registry import BadRecipe, UnknownAdapter, adapter
from waypost.sourcing.sources.models import Source

Kind = Literal["text", "number", "many", "one", "flag"]
ONE = frozenset({"publishedWithinDays"})
FEW = 12
"""More choices than these are folded away."""
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Control:
    """One filter. `choices` are (value, word of the source)."""

    name: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is folded away until somebody wants it."""
        return len(self.choices) > FEW


def controls_of(source: Source) -> tuple[Control, ...]:
    """In the order in which the site has them; none where the source knows no filters."""
    try:
        way = adapter(source.adapter)
        known = way.filters(way.recipe(source.recipe))
    except (UnknownAdapter, BadRecipe):
        return ()
    found: dict[str, Control] = {}
    for place in known.places if known else ():
        found.setdefault(place.filter, _control(place))
    return tuple(found.values())


def _control(place: Place) -> Control:
    if place.flag is not None:
        return Control(place.filter, "flag")
    if place.range is not None:
        return Control(place.filter, "number", (), *place.range)
    if place.values is None:
        return Control(place.filter, "text")
    if place.filter in ONE:
        return Control(place.filter, "one", tuple((value, value) for value in place.values))
    return Control(place.filter, "many", tuple(place.values.items()))


def typed_into(form: FormData, controls: tuple[Control, ...]) -> dict[str, Any]:
    """What was typed, under the documented names; what was left empty is left out."""
    given = {control.name: _value(form, control) for control in controls}
    return {name: value for name, value in given.items() if value}


def _value(form: FormData, control: Control) -> Any:
    if control.kind == "many":
        return [str(each) for each in form.getlist(control.name)][:MOST_VALUES]
    text = str(form.get(control.name, "")).strip()
    return bool(text) if control.kind == "flag" else text
