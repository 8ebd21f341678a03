"""Why a case is, or is not, kept: sentences from its rows alone, for who asks at the command line."""

from collections.abc import Sequence
from datetime import datetime

from waypost.archive.requests.models import FAILURES, ArchiveRequest, State

SKIPS = {
    "not_triggered": "its origin did not ask for it to be kept: the trigger tag is missing",
    "already_archived": "it is kept already, and nothing was said since",
    "exempt": "it need not be kept",
}
SO_FAR = {
    State.RECEIVED: "it waits for a worker",
    State.RUNNING: "its case is being read",
    State.RENDERED: "its pages are made and wait for a signature",
    State.SEALED: "it is signed and waits for its place in the log",
    State.RESERVED: "the log knows it; its files are being put in place",
    State.STORED: "its files stand; its record is being confirmed",
}


def explained(request: ArchiveRequest, now: datetime) -> str:
    """One request in a sentence: when it was asked for, what became of it, and what comes next."""
    return f"{_at(request.created_at)} asked for{_how(request)}: {_became(request, now)}."


def next_act(requests: Sequence[ArchiveRequest]) -> str:
    """What a person can do, from the newest request of a case (`requests` has the newest first)."""
    if not requests:
        return "Nobody has asked for it: check the trigger and the webhook, or POST /retry/TICKET."
    newest = requests[0]
    if newest.state in FAILURES:
        return newest.error_action or "Mend the cause, then ask again."
    if newest.settle_due and newest.settle_error:
        return "Nothing is lost: the files stand. Check the token's rights at the origin; repair tells it once more."
    if newest.state == State.SKIPPED:
        return "To keep it in spite of the gate: POST /retry/TICKET?force=true&reason=…"
    return "Nothing to do."


def _became(request: ArchiveRequest, now: datetime) -> str:
    if request.state == State.SKIPPED:
        return f"skipped, because {SKIPS.get(request.skipped_because or '', request.skipped_because)}"
    if request.state in FAILURES:
        passing = "what may pass" if request.state == State.FAILED_TRANSIENT else "what does not pass by itself"
        return f"failed at step {request.error_step} of {passing}: {request.error} ({request.error_code})"
    if request.kept_at is not None:
        return f"kept as version {request.version_number} on {_at(request.kept_at)}{_told(request)}"
    return f"{SO_FAR.get(request.state, request.state)}{_again(request, now)}"


def _told(request: ArchiveRequest) -> str:
    if not request.settle_due:
        return ""
    return f"; its origin has not been told yet ({request.settle_error or 'the job waits'})"


def _again(request: ArchiveRequest, now: datetime) -> str:
    if request.next_run_at is None:
        return ""
    when = "now" if request.next_run_at <= now else f"on {_at(request.next_run_at)}"
    return f"; try {request.attempts} failed at step {request.error_step} ({request.error}), the next one comes {when}"


def _how(request: ArchiveRequest) -> str:
    forced = f" by force ({request.reason})" if request.forced else ""
    return forced + (f", delivery {request.delivery_id}" if request.delivery_id else "")


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
