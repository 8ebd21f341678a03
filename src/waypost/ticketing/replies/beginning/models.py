"""The noun: a conversation as a person wants to begin it."""

from dataclasses import dataclass, field

from waypost.ticketing.replies.actions import Queued
from waypost.ticketing.replies.writing import Reply
from waypost.ticketing.tickets.actions import Change
from waypost.ticketing.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Beginning:
    """Its first mail, and in whose hands the ticket shall be; the requester is the first address of To."""

    mail: Reply
    standing: Change = field(default_factory=Change)
    """Priority and assignee; the status follows from the mail's `status_after`, else it is open."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The new ticket and its mail on the way out."""

    ticket: Ticket
    queued: Queued
