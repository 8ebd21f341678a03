"""All ways in which a source can be read, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from waypost.sourcing.adapters import feed, sitemap
from waypost.sourcing.adapters.addresses import Filters, address
from waypost.sourcing.adapters.found import Address, Detail, Listing
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.pracuj import board
from waypost.sourcing.adapters.recipe import site
from waypost.sourcing.adapters.recipe.words import Recipe


class UnknownAdapter(LookupError):
    """There is no way of reading under this name."""


class BadRecipe(ValueError):
    """A recipe that cannot be followed; `faults` are sentences, each naming its field."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class Can:
    """What a way of reading is able to do."""

    filters: bool = False
    pagination: bool = False
    feed: bool = False
    """The list says all there is."""
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Adapter:
    """Pure: pages in; links, summaries and drafts out. `recipe` is the data as the source keeps it (JSON)."""

    name: str
    title: str
    can: Can
    _listing: Callable[[Page, Recipe], Listing]
    _detail: Callable[[Page, Recipe], Detail] = site.detail
    _whole: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """Completes what a source keeps with what we ship."""

    def recipe(self, told: Mapping[str, Any]) -> Recipe:
        """The recipe, read and complete. Refuses with `BadRecipe`."""
        try:
            return Recipe.model_validate(self._whole(told))
        except ValidationError as error:
            raise BadRecipe(_sentences(error)) from None
        except LookupError as error:
            raise BadRecipe([str(error.args[0])]) from None

    def faults(self, told: Mapping[str, Any]) -> list[str]:
        """What is wrong with a recipe, one sentence each; empty where it can be followed."""
        try:
            self.filters(self.recipe(told))
        except BadRecipe as error:
            return error.faults
        return []

    def filters(self, recipe: Recipe) -> Filters | None:
        """The filters that the site knows, None where it has none. Refuses with `BadRecipe`."""
        try:
            return Filters.model_validate(recipe.filters) if recipe.filters is not None else None
        except ValidationError as error:
            raise BadRecipe([f"filters.{text}" for text in _sentences(error)]) from None

    def address(self, told: Mapping[str, Any], wanted: Mapping[str, Any]) -> Address | None:
        """A listing's address made of filters, with what was accepted and dropped; None where the site has none."""
        known = self.filters(self.recipe(told))
        return address(wanted, known) if known else None

    def band(self, told: Mapping[str, Any], level: str) -> list[str]:
        """Values of `positionLevels` that suit a profile's level, in the numbers of this very site."""
        known = self.filters(self.recipe(told))
        return list(known.bands.get(level, [])) if known else []

    def listing(self, page: Page, recipe: Recipe) -> Listing:
        """One page of the list."""
        return self._listing(page, recipe)

    def detail(self, page: Page, recipe: Recipe) -> Detail:
        """One offer's page."""
        return self._detail(page, recipe)


def _sentences(error: ValidationError) -> list[str]:
    told = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(step) for step in fault["loc"]) or "recipe"
        said = fault["msg"].removeprefix("Value error, ")
        told.append(f"{where}: {'is no word of a recipe' if fault['type'] == 'extra_forbidden' else said}")
    return told


@cache
def _all() -> dict[str, Adapter]:
    paged = Can(pagination=True, browser=True)
    ways = (
        Adapter("jsonld", "Pages with schema.org JobPosting", paged, site.listing),
        Adapter("recipe", "A site by CSS selectors", paged, site.listing),
        Adapter("feed", "RSS, Atom or JSON feed", Can(feed=True), feed.listing),
        Adapter("sitemap", "Sitemap", Can(pagination=True), sitemap.listing),
        Adapter(
            "pracuj", "Pracuj.pl", Can(filters=True, pagination=True, browser=True), site.listing, _whole=board.whole
        ),
    )
    return {one.name: one for one in ways}


def adapter(name: str) -> Adapter:
    """By name; refuses with `UnknownAdapter`."""
    try:
        return _all()[name]
    except KeyError:
        raise UnknownAdapter(f"There is no adapter '{name}'; known are {', '.join(_all())}.") from None


def adapters() -> tuple[Adapter, ...]:
    """All of them, for a person to choose from."""
    return tuple(_all().values())
