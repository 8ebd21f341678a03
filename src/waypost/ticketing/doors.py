"""The face of ticketing for the web process: its doors and its rooms."""

from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room
from waypost.ticketing.intake import pages as quarantine
from waypost.ticketing.mailboxes import api as mailboxes_api
from waypost.ticketing.mailboxes import pages as mailboxes_pages
from waypost.ticketing.tickets import api as tickets_api
from waypost.ticketing.tickets import pages as tickets_pages

DOORS: tuple[Doors, ...] = (
    tickets_pages.pages,
    tickets_api.api,
    quarantine.pages,
    mailboxes_pages.pages,
    mailboxes_api.api,
)
ROOMS = (
    Room(key="inbox", href="/tickets", label="Inbox", icon="inbox", key_hint="g i", needs="ticketing.tickets.read"),
    Room(
        key="quarantine",
        href="/quarantine",
        label="Quarantine",
        icon="shield-alert",
        key_hint="g q",
        needs="ticketing.quarantine.handle",
    ),
    Room(
        key="mailboxes",
        href="/mailboxes",
        label="Mailboxes",
        icon="mails",
        key_hint="g m",
        needs="ticketing.mailboxes.read",
    ),
)
