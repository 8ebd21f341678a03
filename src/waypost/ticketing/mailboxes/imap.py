"""An IMAP client (RFC 9051) that only reads: one connection, used by one thread at a time.

The folder is opened with EXAMINE and bodies are fetched with PEEK, so nothing changes for the people who read it too.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from imaplib import IMAP4
from ipaddress import ip_address
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError

from waypost.platform.http.addresses import Pinned, resolve
from waypost.ticketing.mailboxes.imap_words import (
    CertificateRefused,
    FolderMissing,
    ImapLogin,
    ImapTerms,
    LoginRefused,
    MailServerSilent,
    MailServerUnclear,
    NoStartTls,
    NotEncrypted,
    Tls,
)

NOT_NOW = (b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG", b"CONTACTADMIN")
"""Response codes (RFC 5530) of a refused login that say nothing about the password."""
FIRST_WINDOW = 1_000


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One mail as the server gave it; `received_at` is its INTERNALDATE."""

    uid: int
    raw: bytes
    received_at: datetime | None
    cut: bool


class PinnedTls(ssl.SSLContext):
    """The socket goes to the judged address, the certificate is checked against the name that people typed."""

    name: str

    def wrap_socket(self, sock: Any, *args: Any, **options: Any) -> ssl.SSLSocket:
        """As usual, but for our name."""
        return super().wrap_socket(sock, *args, **options | {"server_hostname": self.name})


class ImapSession:
    """An open folder: `validity` (UIDVALIDITY) and `next_uid` (UIDNEXT) as they were when it was opened."""

    def __init__(self, client: IMAPClient, login: ImapLogin, terms: ImapTerms) -> None:
        self.client, self.folder, self._terms = client, login.folder, terms
        self.validity, self.next_uid = self._examine()

    @classmethod
    def open(cls, login: ImapLogin, terms: ImapTerms) -> "ImapSession":
        """Connect, sign in, open the folder. Blocks; refuses with the classes of `imap_words` and `PrivateAddress`."""
        pinned = resolve(login.host, login.port, login.trust, terms.allowed)
        if login.tls is Tls.PLAIN and not terms.plain_anywhere and not _on_this_machine(pinned):
            raise NotEncrypted
        with our_words():
            client = _connect(pinned, login, terms)
        try:
            with our_words():
                _sign_in(client, login)
                return cls(client, login, terms)
        except BaseException:
            client.shutdown()
            raise

    def uids_after(self, uid: int, count: int, since: datetime | None = None) -> list[int]:
        """At most `count` UIDs above `uid`, lowest first, received on the day of `since` or later.

        Asked in windows, since a folder may hold millions.
        """
        days = [] if since is None else ["SINCE", since.date()]
        low, width = uid + 1, FIRST_WINDOW
        while low < self.next_uid:
            with our_words():
                found = sorted(n for n in self.client.search(["UID", f"{low}:{low + width - 1}", *days]) if n >= low)
            if found:
                return found[:count]
            low, width = low + width, width * 4
        return []

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each mail that is still there."""
        with our_words():
            answer = self.client.fetch(list(uids), ["RFC822.SIZE"])
        return {uid: int(data[b"RFC822.SIZE"]) for uid, data in answer.items() if b"RFC822.SIZE" in data}

    def fetch(self, sizes: dict[int, int]) -> list[FetchedMail]:
        """The mails of `sizes`, lowest UID first; those that vanished meanwhile are left out."""
        limit = self._terms.mail_bytes
        large = [uid for uid, size in sizes.items() if size > limit]
        found = self._fetch([uid for uid in sizes if uid not in large], "BODY.PEEK[]", b"BODY[]", cut=False)
        for uid in large:
            found += self._fetch([uid], f"BODY.PEEK[]<0.{limit + 1}>", b"BODY[]<0>", cut=True)
        return sorted(found, key=lambda mail: mail.uid)

    def can_idle(self) -> bool:
        """Whether the server tells news by itself."""
        with our_words():
            return bool(self.client.has_capability("IDLE"))

    def close(self) -> None:
        """Say goodbye, or just hang up."""
        try:
            self.client.logout()
        except (IMAP4.error, OSError):
            with suppress(OSError):
                self.client.shutdown()

    def _fetch(self, uids: list[int], asked: str, answered: bytes, *, cut: bool) -> list[FetchedMail]:
        if not uids:
            return []
        with our_words():
            answer = self.client.fetch(uids, [asked, "INTERNALDATE"])
        return [
            FetchedMail(uid, data[answered], data.get(b"INTERNALDATE"), cut)
            for uid, data in answer.items()
            if data.get(answered) is not None
        ]

    def _examine(self) -> tuple[int, int]:
        try:
            state = self.client.select_folder(self.folder, readonly=True)
        except IMAP4.abort:
            raise
        except IMAP4.error as error:
            raise FolderMissing from error
        validity = state.get(b"UIDVALIDITY")
        if validity is None:
            raise MailServerUnclear("The mail server does not number its mails (no UIDVALIDITY)")
        return int(validity), int(state.get(b"UIDNEXT") or self._highest() + 1)

    def _highest(self) -> int:
        """For old servers that do not tell UIDNEXT."""
        return max(self.client.search(["UID", "*"]), default=0)


def _on_this_machine(pinned: Pinned) -> bool:
    return all(ip_address(ip).is_loopback for ip in pinned.ips)


def _connect(pinned: Pinned, login: ImapLogin, terms: ImapTerms) -> IMAPClient:
    """Try the judged addresses in turn; the last one's failure counts."""
    for ip in pinned.ips[:-1]:
        with suppress(OSError):
            return _dial(ip, login, terms)
    return _dial(pinned.ips[-1], login, terms)


def _dial(ip: str, login: ImapLogin, terms: ImapTerms) -> IMAPClient:
    context = _tls(login.host, terms)
    wrapped = login.tls is Tls.SSL
    client = IMAPClient(ip, login.port, ssl=wrapped, ssl_context=context if wrapped else None, timeout=terms.timeout)
    client.normalise_times = False
    if login.tls is Tls.STARTTLS:
        try:
            client.starttls(ssl_context=context)
        except BaseException:
            client.shutdown()
            raise
    return client


def _tls(name: str, terms: ImapTerms) -> PinnedTls:
    context = PinnedTls(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.name = name
    context.load_default_certs()
    if terms.ca_file is not None:
        context.load_verify_locations(cafile=terms.ca_file)
    return context


def _sign_in(client: IMAPClient, login: ImapLogin) -> None:
    try:
        client.login(login.user, login.password)
    except LoginError as error:
        if any(code in str(error).encode().upper() for code in NOT_NOW):
            raise MailServerSilent("The mail server cannot check logins at the moment") from None
        raise LoginRefused from None


@contextmanager
def our_words() -> Iterator[None]:
    """The library's errors as our refusals; its texts may quote logins and mails, so they are not passed on."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused from error
    except CapabilityError as error:
        raise NoStartTls from error
    except (IMAP4.abort, OSError) as error:
        raise MailServerSilent(f"The mail server does not answer ({type(error).__name__})") from None
    except IMAP4.error:
        raise MailServerUnclear from None
