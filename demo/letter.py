"""A letter as the story files tell it: who wrote what to whom, when, and with which mail program."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any

STORIES = Path(__file__).with_name("stories")


@dataclass(frozen=True)
class Letter:
    """One mail of a story. `now` is when the mailbox is looked at; everything else stands in the story file."""

    key: str
    sender: str
    subject: str
    when: str  # "90m" and "5h" ago, or working day and time of the sender: "-6 08:14"
    now: datetime
    text: str = ""
    to: str = "Acme Support <support@acme.example>"
    cc: str = ""
    zone: float = 1  # hours east of UTC on the sender's clock
    language: str = "en"
    charset: str = "utf-8"
    style: str = "plain"  # plain, gmail, outlook, apple, page
    html: str = ""  # the page itself, for style "page"
    answers: str = ""  # key of the letter this one replies to
    thread: str = "whole"  # headers kept by the mail program: whole, parent, none
    quote: bool = True
    late: str = ""  # held up on the way for so long: "3h"
    route: str = "workspace"  # workspace, journal, direct: which header names the recipient
    inbox: str = ""  # the address it was delivered for, unless it is the first of `to`
    message_id: bool = True
    attach: list[dict[str, Any]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)  # delivered again: identical, rewritten, to:ADDRESS
    file: str = ""  # saved by hand under this name instead of lying in the mbox

    @cached_property
    def sent_at(self) -> datetime:
        """The moment on the sender's clock."""
        clock = timezone(timedelta(hours=self.zone))
        if not self.when.startswith("-"):
            return (self.now - duration(self.when)).astimezone(clock)
        days, _, time = self.when.partition(" ")
        hour, minute = map(int, time.split(":"))
        day = working_day(self.now.astimezone(clock), int(days))
        return day.replace(hour=hour, minute=minute, second=len(self.subject) % 60)

    @property
    def name(self) -> str:
        return parseaddr(self.sender)[0]

    @property
    def address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def host(self) -> str:
        return self.address.partition("@")[2]


def working_day(moment: datetime, days: int) -> datetime:
    """So many working days later, or earlier when negative: nobody at Acme measures a bathroom on a Sunday."""
    step = timedelta(days=1 if days > 0 else -1)
    for _ in range(abs(days)):
        moment += step
        while moment.weekday() > 4:
            moment += step
    return moment


def duration(words: str) -> timedelta:
    """Read "90m", "5h" or "2d"."""
    units = {"m": "minutes", "h": "hours", "d": "days"}
    return timedelta(**{units[words[-1]]: int(words[:-1])})


def stories(now: datetime) -> list[Letter]:
    """All letters, parents before their answers; a `[story]` table gives what its letters have in common."""
    letters: list[Letter] = []
    for path in sorted(STORIES.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        letters += [_letter(told.get("story", {}) | entry, now) for entry in told["mail"]]
    return letters


def _letter(entry: dict[str, Any], now: datetime) -> Letter:
    return Letter(sender=entry["from"], now=now, **{name: value for name, value in entry.items() if name != "from"})
