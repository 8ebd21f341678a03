"""The queue's fixtures, for the pages that show it."""

from tests.platform.jobs.queueing import _declarations, clock, engine, make_runner, queue, started, works

__all__ = ["_declarations", "clock", "engine", "make_runner", "queue", "started", "works"]
