"""One line of an offer's history."""

from uuid import UUID

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.notebook.models import NotebookEntry


def note(work: Work, link_id: UUID, kind: str, before: object, after: object, words: str = "") -> None:
    """Write down what was done; `before` and `after` as text, None where there was nothing."""
    work.db.add(
        NotebookEntry(
            id=new_id(),
            user_job_offer_id=link_id,
            kind=kind,
            before=None if before is None else str(before),
            after=None if after is None else str(after),
            note=words,
            person_id=work.actor.person_id,
            at=work.now,
        )
    )
