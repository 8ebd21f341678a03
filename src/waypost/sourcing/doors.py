"""The face of sourcing for the web process: its doors and its rooms."""

from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room

UNLIMITED: tuple[str, ...] = ()
"""Callbacks have a limit of their own, for each source."""
DOORS: tuple[Doors, ...] = ()
ROOMS: tuple[Room, ...] = ()
