"""The one retry engine: what follows from a fact, at least once, in order of its key, seen and repaired by people."""

from waypost.platform.jobs.declare import Job, Schedule, declared, every, on, scheduled
from waypost.platform.jobs.run import Later, Run

__all__ = ["Job", "Later", "Run", "Schedule", "declared", "every", "on", "scheduled"]
