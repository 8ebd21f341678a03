"""The face of sourcing for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from types import ModuleType

from waypost.platform.parts import Parts
from waypost.sourcing.sources.settings import SourcesSettings

JOBS: tuple[ModuleType, ...] = ()
"""Imported so that their declarations stand."""


def furnish(parts: Parts) -> None:
    """What this module's doors and jobs find in the process."""


def furnish_sources(parts: Parts, settings: SourcesSettings) -> None:
    """When scheduled runs of a failing source wait."""
    parts.add(settings.pauses())
