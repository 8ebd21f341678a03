"""The whole corpus: stories by their shares, mixed as mail arrives."""

from collections.abc import Callable, Iterator
from random import Random

from tests.threading.apart import APART
from tests.threading.ordinary import ORDINARY
from tests.threading.talks import Labelled, Story

SIDE_BY_SIDE = 40
"""Stories that are told at the same time, so that their mails interleave."""

Telling = Callable[[Story], None]
TELLINGS: dict[str, tuple[Telling, int]] = {**ORDINARY, **APART}


def corpus(mails: int, seed: int) -> list[Labelled]:
    """At least `mails` mails in the order they arrive; the same seed always gives the same bytes."""
    dice = Random(seed)
    waiting, running, told = _stories(dice), list[list[Labelled]](), list[Labelled]()
    while len(told) < mails or running:
        while len(told) < mails and len(running) < SIDE_BY_SIDE:
            running.append(next(waiting))
        told.append((story := dice.choice(running)).pop(0))
        if not story:
            running.remove(story)
    return told


def _stories(dice: Random) -> Iterator[list[Labelled]]:
    """Every row once, then by their shares, without end."""
    rows, shares = list(TELLINGS), [share for _, share in TELLINGS.values()]
    number = 0
    while True:
        for row in rows if number == 0 else dice.choices(rows, shares, k=len(rows)):
            number += 1
            story = Story.begun(row, number, dice)
            TELLINGS[row][0](story)
            yield story.mails
