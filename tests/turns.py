"""Tests that take turns: of those marked `turns("name", kept)` with one name, a run of everything takes `kept`.

For whole flows and real tools of one kind, where each costs seconds. Who names a file, a folder or a test gets all of
it, and so does PROVE=1. A ring comes round within a week, or the run is refused.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from tests.sampling import PROVE, SEED, slow_to_come_round, turn

MARK = "turns(name, kept): of the tests of this name a run takes `kept`, others each day"


def pytest_configure(config: pytest.Config) -> None:
    """The mark is known."""
    config.addinivalue_line("markers", MARK)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker is handed the paths and could not tell that nobody named them."""
    node.workerinput["everything"] = everything(node.config)


def everything(config: pytest.Config) -> bool:
    """Whether the run was asked for all tests there are."""
    asked = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    return bool(getattr(config, "workerinput", {}).get("everything", asked))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out those whose turn it is not."""
    if PROVE or not everything(config):
        return
    resting = set[str]().union(*(resting_of(name, kept, ids) for (name, kept), ids in rings(items).items()))
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in resting])
    items[:] = [item for item in items if item.nodeid not in resting]


def rings(items: Iterable[pytest.Item]) -> dict[tuple[str, int], list[str]]:
    """The names of tests by ring, each in the order of its names, whatever order the run has."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for item in items:
        if mark := item.get_closest_marker("turns"):
            found[mark.args].append(item.nodeid)
    return {ring: sorted(ids) for ring, ids in found.items()}


def resting_of(name: str, kept: int, ids: list[str]) -> set[str]:
    """Those of a ring that do not run today."""
    if slow_to_come_round(len(ids), kept):
        raise pytest.UsageError(f"{kept} of the {len(ids)} tests that take turns as {name!r} are too few for a week")
    return set(ids) - set(turn(ids, kept))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How to have the same sample again."""
    terminalreporter.write_line("every proof in full" if PROVE else f"a sample of every proof: SEED={SEED} repeats it")
