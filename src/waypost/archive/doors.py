"""The face of the archive for the web process: its doors and its rooms."""

from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room

DOORS: tuple[Doors, ...] = ()
ROOMS: tuple[Room, ...] = ()
