"""Reading a crowd in one call: what a child process runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from waypost.ticketing.intake.reading.limits import Unreadable
from waypost.ticketing.intake.reading.mail import Mail, read_mail


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that defeated a limit; `limit` names which."""

    reason: str
    limit: str | None = None


def read_many(raws: Sequence[bytes]) -> list[Mail | Failed]:
    """One result a mail, in order; one that cannot be read, or that finds a fault of ours, leaves its neighbours alone.

    Memory that ran out is for the caller to judge: it may have been the crowd's.
    """
    return [_one(raw) for raw in raws]


def _one(raw: bytes) -> Mail | Failed:
    try:
        return read_mail(raw)
    except Unreadable as refused:
        return Failed(refused.reason, refused.limit)
    except MemoryError:
        raise
    except Exception as broken:
        return Failed(f"The reader does not understand it ({type(broken).__name__}).", "reader")
