"""Our tags on a ticket: which ones a gate asks for, and which calls lead from what is there to what is meant.

Tags are read again before each transition; what is right already costs no call, so repeats change nothing.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from waypost.archive.sources.zammad.client import Zammad

SIGNED, PROCESSING, ERROR = "pdf:signed", "pdf:processing", "pdf:error"
Verdict = Literal["pass", "not_triggered", "already_archived"]
Turn = Literal["start", "success", "transient", "permanent"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call."""

    act: Literal["add", "remove"]
    tag: str


def gate(tags: Collection[str], trigger: str, *, require_tag: bool, forced: bool) -> Verdict:
    """May this ticket be archived? `pdf:signed` says it is; `pdf:processing` and `pdf:error` say nothing."""
    if forced:
        return "pass"
    if SIGNED in tags:
        return "already_archived"
    return "not_triggered" if require_tag and trigger not in tags else "pass"


def steps(turn: Turn, tags: Collection[str], trigger: str, *, forced: bool) -> list[Step]:
    """The documented transition from what is there now. `pdf:signed` is never taken off unless that was ordered."""
    return list(_needed(_documented(turn, trigger), tags, keeps_signed=not forced))


def _documented(turn: Turn, trigger: str) -> list[Step]:
    """All calls of a transition in their documented order."""
    if turn == "start":
        return [*_off(SIGNED, ERROR, trigger), Step("add", PROCESSING)]
    if turn == "success":
        return [*_off(PROCESSING, ERROR, trigger), Step("add", SIGNED)]
    again = [Step("add", trigger)] if turn == "transient" else _off(trigger)
    return [*_off(PROCESSING, SIGNED), *again, Step("add", ERROR)]


def _off(*tags: str) -> list[Step]:
    return [Step("remove", tag) for tag in tags]


def _needed(steps: list[Step], tags: Collection[str], *, keeps_signed: bool) -> Iterator[Step]:
    for step in steps:
        stays = step.act == "remove" and step.tag == SIGNED and keeps_signed
        if (step.tag in tags) is (step.act == "remove") and not stays:
            yield step


async def turn_to(zammad: Zammad, ref: str, turn: Turn, trigger: str, *, forced: bool = False) -> None:
    """Read the tags and make the transition."""
    for step in steps(turn, await zammad.tags(ref), trigger, forced=forced):
        await (zammad.add_tag if step.act == "add" else zammad.remove_tag)(ref, step.tag)
