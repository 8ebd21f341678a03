"""The face of ticketing for the web process: its doors and its rooms."""

from waypost.platform.web.doors import Doors
from waypost.platform.web.nav import Room
from waypost.ticketing.bulk import api as bulk_api
from waypost.ticketing.bulk import pages as bulk_pages
from waypost.ticketing.collisions import api as collisions_api
from waypost.ticketing.collisions import pages as collisions_pages
from waypost.ticketing.intake import pages as quarantine
from waypost.ticketing.intake.policy import api as threading_api
from waypost.ticketing.intake.policy import pages as threading_pages
from waypost.ticketing.intake.rereading import api as rereading_api
from waypost.ticketing.mailboxes import api as mailboxes_api
from waypost.ticketing.mailboxes import pages as mailboxes_pages
from waypost.ticketing.mailboxes.google import api as google_api
from waypost.ticketing.mailboxes.google import pages as google_pages
from waypost.ticketing.outbound import api as outbound_api
from waypost.ticketing.outbound import pages as outbound_pages
from waypost.ticketing.presence import pages as presence_pages
from waypost.ticketing.queues import api as queues_api
from waypost.ticketing.queues import pages as queues_pages
from waypost.ticketing.rearranging import api as rearranging_api
from waypost.ticketing.rearranging import pages as rearranging_pages
from waypost.ticketing.replies import api as replies_api
from waypost.ticketing.replies import pages as replies_pages
from waypost.ticketing.replies.beginning import api as beginning_api
from waypost.ticketing.replies.beginning import pages as beginning_pages
from waypost.ticketing.replies.canned import api as canned_api
from waypost.ticketing.replies.canned import pages as canned_pages
from waypost.ticketing.replies.drafts import pages as drafts_pages
from waypost.ticketing.routing import api as routing_api
from waypost.ticketing.routing import pages as routing_pages
from waypost.ticketing.saved_views import api as saved_views_api
from waypost.ticketing.saved_views import pages as saved_views_pages
from waypost.ticketing.tags import api as tags_api
from waypost.ticketing.tags import pages as tags_pages
from waypost.ticketing.tickets import api as tickets_api
from waypost.ticketing.tickets import pages as tickets_pages
from waypost.ticketing.tickets.filtering import pages as filtering_pages
from waypost.ticketing.tickets.notes import api as notes_api
from waypost.ticketing.tickets.notes import pages as notes_pages
from waypost.ticketing.tickets.previews import api as previews_api
from waypost.ticketing.tickets.previews import pages as previews_pages
from waypost.ticketing.tickets.printing import pages as printing_pages
from waypost.ticketing.tickets.tagging import api as tagging_api
from waypost.ticketing.tickets.tagging import pages as tagging_pages

DOORS: tuple[Doors, ...] = (
    saved_views_api.api,
    saved_views_pages.pages,
    filtering_pages.pages,
    bulk_api.api,
    bulk_pages.pages,
    rearranging_api.api,
    rearranging_pages.pages,
    routing_api.api,
    routing_pages.pages,
    outbound_api.api,
    outbound_pages.pages,
    beginning_pages.pages,
    beginning_api.api,
    replies_api.api,
    replies_pages.pages,
    drafts_pages.pages,
    canned_pages.pages,
    canned_api.api,
    tickets_pages.pages,
    tickets_api.api,
    notes_pages.pages,
    notes_api.api,
    previews_pages.pages,
    previews_api.api,
    printing_pages.pages,
    presence_pages.pages,
    rereading_api.api,
    quarantine.pages,
    threading_pages.pages,
    threading_api.api,
    google_pages.pages,
    google_api.api,
    mailboxes_pages.pages,
    mailboxes_api.api,
    collisions_pages.pages,
    collisions_api.api,
    queues_pages.pages,
    queues_api.api,
    tags_pages.pages,
    tags_api.api,
    tagging_pages.pages,
    tagging_api.api,
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
        part_of="settings",
        group="Mail",
        says="Where mail comes in, and how reading it goes.",
    ),
    Room(
        key="send-identities",
        href="/send-identities",
        label="Senders",
        icon="send",
        key_hint="g e",
        needs="ticketing.send_identities.steer",
        part_of="settings",
        group="Mail",
        says="The addresses that replies are sent as.",
    ),
    Room(
        key="threading",
        href="/threading",
        label="Threading",
        icon="messages-square",
        key_hint="g h",
        needs="ticketing.threading.steer",
        part_of="settings",
        group="Mail",
        says="When a second mail opens a ticket of its own, and what is held back.",
    ),
    Room(
        key="routing",
        href="/routing",
        label="Routing",
        icon="route",
        key_hint="g r",
        needs="ticketing.routing.simulate",
        part_of="settings",
        group="Tickets",
        says="Which mail may open tickets, and who gets them.",
    ),
    Room(
        key="queues",
        href="/queues",
        label="Queues",
        icon="layers",
        key_hint="g u",
        needs="ticketing.queues.read",
        part_of="settings",
        group="Tickets",
        says="Where tickets wait until somebody takes them.",
    ),
    Room(
        key="tags",
        href="/tags",
        label="Tags",
        icon="tag",
        key_hint="g k",
        needs="ticketing.tags.read",
        part_of="settings",
        group="Tickets",
        says="Words that tickets are sorted by, across queues and people.",
    ),
    Room(
        key="collisions",
        href="/collisions",
        label="Lookalikes",
        icon="copy-check",
        key_hint="g l",
        needs="ticketing.collisions.handle",
        part_of="settings",
        group="Mail",
        says="Messages that look like copies of one another.",
    ),
    Room(
        key="canned-replies",
        href="/canned-replies",
        label="Canned replies",
        icon="text-quote",
        key_hint="g c",
        needs="ticketing.replies.write",
        part_of="settings",
        group="Tickets",
        says="Texts that are written once and used in every reply.",
    ),
)
