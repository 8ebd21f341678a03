"""The reader's face: what the rest of intake may use of `reading`, pure and safe to run in another process."""

from waypost.ticketing.intake.reading.limits import Limits, Unreadable
from waypost.ticketing.intake.reading.mail import Mail, read_mail
from waypost.ticketing.intake.reading.parts import Part
from waypost.ticketing.intake.reading.recipients import Chosen, Markers, Recipients, choose_recipient

__all__ = [
    "Chosen",
    "Limits",
    "Mail",
    "Markers",
    "Part",
    "Recipients",
    "Unreadable",
    "choose_recipient",
    "read_mail",
]
