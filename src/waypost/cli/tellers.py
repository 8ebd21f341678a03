"""Who tells a fact: found in the source, where actions write `work.tell(Fact(…))` or `enqueue(work, Fact(…))`."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import waypost

PACKAGE = Path(waypost.__file__).parent
TELLING = ("tell", "enqueue")


def tellers() -> dict[str, tuple[str, ...]]:
    """Features by the name of the fact they tell."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if any(f"{verb}(" in source for verb in TELLING):
            for fact in _told(ast.parse(source)):
                found[fact].add(feature_of(_module(path)))
    return {fact: tuple(sorted(features)) for fact, features in found.items()}


def feature_of(module: str) -> str:
    """`waypost.ticketing.intake.jobs` is a part of `ticketing/intake`."""
    return "/".join(module.split(".")[1:-1]) or module


def _module(path: Path) -> str:
    return ".".join(["waypost", *path.relative_to(PACKAGE).with_suffix("").parts])


def _told(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _verb(node.func) in TELLING:
            for given in node.args:
                if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
                    yield given.func.id


def _verb(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
