"""The house's own files, read once and taken apart, for the tests of names and sizes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import waypost

PACKAGE = Path(waypost.__file__).parent
CHECKOUT = PACKAGE.parents[1]
PYTHON = ("src", "tests", "demo", "scripts", "benchmarks", "migrations")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file of Python."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its place in the checkout."""
        return self.path.relative_to(CHECKOUT).as_posix()

    def at(self, node: ast.AST) -> str:
        """Where a thing stands, for an editor to jump to."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        """All of them, also methods and those inside others."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls_of(self, method: str) -> Iterator[ast.Call]:
        """Where `something.method(…)` is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
                yield node

    def imports(self) -> Iterator[str]:
        """Every module that is named."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the house."""
    paths = [path for folder in PYTHON for path in sorted((CHECKOUT / folder).rglob("*.py"))]
    return tuple(Source(path, text := path.read_text("utf-8"), ast.parse(text)) for path in paths)


def product() -> list[Source]:
    """Those that ship."""
    return [source for source in sources() if source.path.is_relative_to(PACKAGE)]
