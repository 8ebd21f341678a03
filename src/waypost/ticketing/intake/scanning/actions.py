"""The verb: write the scanner's word down."""

from uuid import UUID

from sqlalchemy import update

from waypost.platform.work import Work
from waypost.ticketing.intake.scanning.clamd import Verdict
from waypost.ticketing.messages.models import Attachment, Scan


async def judged(work: Work, blob_id: UUID, verdict: Verdict) -> None:
    """Of every attachment with these bytes that waited for it."""
    waiting = update(Attachment).where(Attachment.blob_id == blob_id, Attachment.scan_state == Scan.UNSCANNED)
    await work.db.execute(
        waiting.values(scan_state=verdict.state, scan_found=verdict.found),
        execution_options={"synchronize_session": False},
    )
