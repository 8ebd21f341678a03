"""Pictures inside a mail for programs: whole addresses of ours, because a client of its own cannot look parts up."""

from dataclasses import dataclass

from waypost.platform.parts import Parts
from waypost.platform.storage.links import BlobLinks
from waypost.platform.work import Work
from waypost.ticketing.messages.sanitise import with_pictures
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.tickets.conversation import Spoken
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.pictures import PictureLinks
from waypost.ticketing.tickets.showing import Linking


@dataclass(frozen=True, slots=True)
class Inlined:
    """Signed links for one answer. `home` is the address that people and programs reach us at."""

    linking: Linking
    home: str

    @classmethod
    def of(cls, parts: Parts, work: Work) -> "Inlined":
        """With what the process has."""
        handing = parts.of(Handing)
        linking = Linking(parts.of(BlobLinks), parts.of(PictureLinks), work.org, work.now, handing)
        return cls(linking, parts.of(Posting).base_url)

    def html(self, one: Spoken) -> str | None:
        """Its body: `cid:` pictures that may be shown have their address, and load nothing from elsewhere."""
        kept: str | None = getattr(one.row, "body_html", None)
        if not kept or not one.attachments:
            return kept
        shown = [part for part in one.attachments if part.content_id and self.linking.shows(part)]
        return with_pictures(kept, {str(part.content_id): self.home + self.linking.picture(part) for part in shown})
