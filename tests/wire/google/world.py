"""What the stand-in knows: accounts with their mail and history, grants, and the moods a test gives it.

It behaves as Google documents it: history ids rise with every change and reach back only so far, listings come newest
first, a message's own history id may lie beyond what a listing covered, the quota counts units in any sixty seconds.
"""

import secrets
import time
from collections import deque
from dataclasses import dataclass, field

READONLY = "https://www.googleapis.com/auth/gmail.readonly"
SEND = "https://www.googleapis.com/auth/gmail.send"
CLIENT, CLIENT_SECRET = "waypost-client", "waypost-client-secret"
MINUTE = 60.0


@dataclass(slots=True)
class Stored:
    """A message as it lies there."""

    id: str
    raw: bytes
    thread: str
    labels: list[str]
    history_id: int
    at_ms: int
    place: int


@dataclass(slots=True)
class Account:
    """One person's mailbox."""

    address: str
    messages: dict[str, Stored] = field(default_factory=dict)
    added: list[tuple[int, Stored]] = field(default_factory=list)
    now: int = 5_000
    oldest: int = 1_000
    """History ids below are forgotten."""
    watched: str | None = None
    spent: deque[tuple[float, int]] = field(default_factory=deque)
    most_spent: int = 0
    arrivals: int = 0

    def deliver(self, *raws: bytes, labels: tuple[str, ...] = ("INBOX",), thread: str | None = None) -> list[str]:
        """Mail arrives; ids in order."""
        return [self._add(raw, list(labels), thread).id for raw in raws]

    def _add(self, raw: bytes, labels: list[str], thread: str | None) -> Stored:
        self.now, self.arrivals = self.now + 7, self.arrivals + 1
        name = f"{0x18F0000000000000 + self.arrivals:x}"
        stored = Stored(name, raw, thread or name, labels, self.now, int(time.time() * 1000), self.arrivals)
        self.messages[name] = stored
        self.added.append((self.now, stored))
        return stored

    def touch(self, name: str) -> None:
        """Somebody reads it: the history goes on, and so does the message's own history id."""
        self.now += 50
        self.messages[name].history_id = self.now

    def delete(self, name: str) -> None:
        """It is gone for good; the history still tells that it came."""
        self.now += 1
        del self.messages[name]

    def forget_history(self) -> None:
        """Whatever lies before this moment is no longer told."""
        self.now += 1
        self.oldest = self.now

    def pays(self, units: int, quota: int) -> bool:
        """Whether the quota still covers this call."""
        now = time.monotonic()
        while self.spent and self.spent[0][0] <= now - MINUTE:
            self.spent.popleft()
        total = sum(cost for _, cost in self.spent) + units
        if total > quota:
            return False
        self.spent.append((now, units))
        self.most_spent = max(self.most_spent, total)
        return True


@dataclass(slots=True)
class Mood:
    """An answer given instead of the right one, some times."""

    path: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    after: bool = False
    """The request takes effect, only its answer is this one."""


@dataclass(slots=True)
class Granted:
    """What a token stands for."""

    address: str
    scopes: tuple[str, ...]
    ends: float = 0.0


@dataclass(slots=True)
class Code:
    """A code on its way through a browser."""

    granted: Granted
    redirect: str
    challenge: str


@dataclass(slots=True)
class World:
    """Everything; tests change it directly."""

    accounts: dict[str, Account] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh: dict[str, Granted] = field(default_factory=dict)
    access: dict[str, Granted] = field(default_factory=dict)
    moods: list[Mood] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request, in order."""
    latency: float = 0.0
    quota: int = 15_000
    token_life: int = 3_600
    gives_refresh: bool = True
    refreshes: int = 0
    refused: int = 0
    """Calls beyond the quota."""

    def account(self, address: str) -> Account:
        """A person's mailbox, made when new."""
        return self.accounts.setdefault(address, Account(address))

    def grant(self, address: str, scopes: tuple[str, ...] = (READONLY,)) -> str:
        """A refresh token, as if the person had agreed."""
        token = "1//" + secrets.token_urlsafe(24)
        self.refresh[token] = Granted(address, scopes)
        return token

    def give_access(self, granted: Granted) -> str:
        """An access token that lives for a while."""
        token = "ya29." + secrets.token_urlsafe(24)
        self.access[token] = Granted(granted.address, granted.scopes, time.monotonic() + self.token_life)
        return token

    def end_access(self) -> None:
        """All access tokens end now, before their time."""
        self.access.clear()

    def withdraw(self, address: str) -> None:
        """The person takes consent back."""
        self.refresh = {token: one for token, one in self.refresh.items() if one.address != address}
        self.access = {token: one for token, one in self.access.items() if one.address != address}

    def mood(self, path: str) -> Mood | None:
        """The next mood that this path meets."""
        for mood in self.moods:
            if mood.times > 0 and mood.path in path:
                mood.times -= 1
                return mood
        return None

    def count(self, part: str) -> int:
        """How often a path with this in it was asked for."""
        return sum(part in path for _, path in self.asked)
