"""The face of the bridges for the web process: their doors."""

from waypost.bridges.kept_tickets import api as kept_tickets_api
from waypost.bridges.kept_tickets import pages as kept_tickets_pages
from waypost.platform.web.doors import Doors

DOORS: tuple[Doors, ...] = (
    kept_tickets_pages.pages,
    kept_tickets_api.api,
)
