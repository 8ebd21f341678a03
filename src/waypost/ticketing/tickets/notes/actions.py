"""The verb: write a note anew."""

from waypost.platform.errors import Forbidden
from waypost.platform.work import Work
from waypost.ticketing.tickets.actions import touch, worded
from waypost.ticketing.tickets.models import Note, Ticket
from waypost.ticketing.tickets.notes.models import NoteChanged
from waypost.ticketing.tickets.watching.actions import mention


class NotYourNote(Forbidden):
    """Only whoever wrote a note may change it."""


async def change_note(work: Work, ticket: Ticket, note: Note, body_markdown: str) -> None:
    """Other words for one's own note; whom it names now is called in. The same words change nothing."""
    if note.author_user_id is None or note.author_user_id != work.actor.person_id:
        raise NotYourNote
    said = await worded(work, body_markdown)
    if said.body == note.body_markdown:
        return
    note.body_markdown, note.body_html, note.updated_at = said.body, said.html, work.now
    touch(work, ticket)
    await mention(work, note, said.people)
    work.tell(NoteChanged(ticket.id, note.id, len(said.body)))
