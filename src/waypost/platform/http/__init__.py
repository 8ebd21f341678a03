"""The way out: limits of time and size, no private addresses for strangers' hosts, rest for the silent."""

from waypost.platform.http.addresses import Pinned, PrivateAddress, Trust, UnknownHost, checked_address, resolve
from waypost.platform.http.breaker import Breaker, Resting
from waypost.platform.http.client import AnswerTooLarge, BadAddress, NoAnswer, Patience, WayOut

__all__ = [
    "AnswerTooLarge",
    "BadAddress",
    "Breaker",
    "NoAnswer",
    "Patience",
    "Pinned",
    "PrivateAddress",
    "Resting",
    "Trust",
    "UnknownHost",
    "WayOut",
    "checked_address",
    "resolve",
]
