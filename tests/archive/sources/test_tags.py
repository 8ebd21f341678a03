"""Tags: the gate and the documented transitions (archive's §4.1), from whatever stands there."""

from itertools import product

import pytest

from waypost.archive.sources.zammad.tagging import ERROR, PROCESSING, SIGNED, Step, Turn, gate, steps

TRIGGER = "pdf:sign"
ALL = {SIGNED, PROCESSING, ERROR, TRIGGER}


def called(turn: Turn, tags: set[str], *, forced: bool = False) -> list[str]:
    """The calls as `+tag` and `-tag`."""
    return [f"{'+' if step.act == 'add' else '-'}{step.tag}" for step in steps(turn, tags, TRIGGER, forced=forced)]


@pytest.mark.parametrize(
    ("turn", "tags", "calls"),
    [
        ("start", {SIGNED, ERROR, TRIGGER}, ["-pdf:signed", "-pdf:error", "-pdf:sign", "+pdf:processing"]),
        ("success", {PROCESSING, ERROR, TRIGGER}, ["-pdf:processing", "-pdf:error", "-pdf:sign", "+pdf:signed"]),
        ("transient", {PROCESSING, SIGNED}, ["-pdf:processing", "-pdf:signed", "+pdf:sign", "+pdf:error"]),
        ("permanent", {PROCESSING, SIGNED, TRIGGER}, ["-pdf:processing", "-pdf:signed", "-pdf:sign", "+pdf:error"]),
    ],
)
def test_documented_order(turn: Turn, tags: set[str], calls: list[str]) -> None:
    """With everything to do, all calls are made in the order of the table."""
    assert called(turn, tags, forced=True) == calls


@pytest.mark.parametrize("turn", ["start", "success", "transient", "permanent"])
def test_signed_is_never_taken_off_unless_that_was_ordered(turn: Turn) -> None:
    """A6: a worker that comes too late leaves the mark of the one that was first."""
    assert "-pdf:signed" not in called(turn, ALL)


@pytest.mark.parametrize("turn", ["start", "success", "transient", "permanent"])
def test_a_repeat_changes_nothing(turn: Turn) -> None:
    """From every set of tags: after the transition it has no calls left, and each lesser set of calls leads on."""
    for chosen in product((True, False), repeat=4):
        tags = {tag for tag, there in zip(sorted(ALL), chosen, strict=True) if there}
        for done in range(len(steps(turn, tags, TRIGGER, forced=True)) + 1):
            now = applied(tags, steps(turn, tags, TRIGGER, forced=True)[:done])
            after = applied(now, steps(turn, now, TRIGGER, forced=True))
            assert steps(turn, after, TRIGGER, forced=True) == []
            assert after == applied(tags, steps(turn, tags, TRIGGER, forced=True))


def applied(tags: set[str], made: list[Step]) -> set[str]:
    """The tags after some calls."""
    now = set(tags)
    for step in made:
        (now.add if step.act == "add" else now.discard)(step.tag)
    return now


@pytest.mark.parametrize(
    ("tags", "require", "forced", "verdict"),
    [
        ({TRIGGER}, True, False, "pass"),
        (set(), True, False, "not_triggered"),
        (set(), False, False, "pass"),
        ({SIGNED}, False, False, "already_archived"),
        ({SIGNED, TRIGGER}, True, False, "already_archived"),
        ({SIGNED}, True, True, "pass"),
        ({TRIGGER, PROCESSING, ERROR}, True, False, "pass"),
        ({PROCESSING, ERROR}, True, False, "not_triggered"),
    ],
)
def test_gate(tags: set[str], require: bool, forced: bool, verdict: str) -> None:
    """`pdf:signed` skips unless forced, the trigger is needed where that is set; the other two say nothing."""
    assert gate(tags, TRIGGER, require_tag=require, forced=forced) == verdict
