"""Recipes as the adapters judge them: what is wrong with one, in sentences that name its fields."""

from typing import Any

from waypost.sourcing.adapters import registry


def known(name: str) -> str:
    """The name of an adapter that exists; refuses with ValueError."""
    try:
        return registry.adapter(name).name
    except registry.UnknownAdapter as error:
        raise ValueError(str(error.args[0])) from None


def faults(adapter: str, recipe: dict[str, Any]) -> list[str]:
    """What keeps this adapter from following a recipe; empty where nothing does."""
    return registry.adapter(adapter).faults(recipe)


def choices() -> list[tuple[str, str]]:
    """Every adapter's name and title, for people to choose from."""
    return [(each.name, each.title) for each in registry.adapters()]
