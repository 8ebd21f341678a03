"""Claimed jobs that wait for a free hand: organisations take turns, whoever was claimed first."""

from collections import deque
from uuid import UUID

from waypost.platform.jobs.claim import Claimed

Unit = list[Claimed]
"""What one call of a handler takes: one job, or a batch of one type and organisation."""


class Rotation:
    """A small buffer of units; `pop` serves the organisations in turn."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, deque[Unit]] = {}
        self._turn: deque[deque[Unit]] = deque()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, units: list[Unit]) -> None:
        """Take in what a claim brought, in its order."""
        for unit in units:
            org = unit[0].org_id
            waiting = self._waiting.get(org)
            if waiting is None:
                waiting = self._waiting[org] = deque()
                self._turn.append(waiting)
            waiting.append(unit)
            self._size += 1

    def pop(self) -> Unit:
        """The next unit of the organisation whose turn it is."""
        waiting = self._turn.popleft()
        unit = waiting.popleft()
        self._size -= 1
        if waiting:
            self._turn.append(waiting)
        else:
            del self._waiting[unit[0].org_id]
        return unit

    def empty(self) -> Unit:
        """Take everything out, to be handed back."""
        left: Unit = []
        while self._size:
            left += self.pop()
        return left


def units_of(claimed: list[Claimed], batches: dict[str, int]) -> list[Unit]:
    """Group jobs of batch types by organisation; all others stand alone."""
    units: list[Unit] = []
    open_batches: dict[tuple[UUID, str], Unit] = {}
    for job in claimed:
        size = batches.get(job.type, 1)
        unit = open_batches.get((job.org_id, job.type)) if size > 1 else None
        if unit is not None and len(unit) < size:
            unit.append(job)
            continue
        units.append([job])
        if size > 1:
            open_batches[job.org_id, job.type] = units[-1]
    return units
