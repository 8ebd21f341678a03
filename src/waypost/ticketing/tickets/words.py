"""Text for the search: languages that write without spaces are cut into pairs, so that words inside are found."""

import re

SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
LONGEST = 200_000


def searchable(text: str) -> str:
    """The text with each run of such a script replaced by its overlapping pairs; cut at 200 kB."""
    return SPACELESS.sub(lambda run: f" {' '.join(pairs(run.group()))} ", text)[:LONGEST]


def pairs(run: str) -> list[str]:
    """`東京都` → `東京`, `京都`; a single character stays."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
