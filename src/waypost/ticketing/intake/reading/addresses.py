"""Address headers (RFC 5322 section 3.4), read for what they most likely mean, never refusing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from waypost.ticketing.intake.reading.cleaning import clean_name, clean_word
from waypost.ticketing.intake.reading.encoded_words import decode_words

_TOKEN = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.){0,300}+")'
    r"|(?P<comment>\((?:[^()\\]|\\.|\([^()]{0,300}\)){0,1000}+\))"
    r"|(?P<angle><[^<>]{0,1000}+>)"
    r"|(?P<comma>[,;])"
    r"|(?P<text>[^\"(<,;]+|.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)")
_ROUTE = re.compile(r"^(?:@[^:]*:|mailto:)", re.IGNORECASE)
_GROUP = re.compile(r"^[^@:<]*:(?!\S*\])")
_ANYWHERE = re.compile(r"([^<>@]{0,500}?)(?:^|[\s<\"'])[\s<\"']{0,9}([^\s<>\"']{1,100}@[^\s<>\"',;]{1,255})")
_LONGEST = 320
_LONGEST_ENTRY = 2_000
_LONGEST_LIST = 200_000


@dataclass(frozen=True, slots=True)
class Address:
    """`email` as received; `name` decoded, None when there is none."""

    email: str
    name: str | None = None


def read_addresses(raws: Iterable[str], most: int, notes: list[str]) -> tuple[Address, ...]:
    """All addresses of the raw values of one header, at most `most`; what is no address is left out."""
    found: list[Address] = []
    for raw in raws:
        for mailbox in islice(_mailboxes(raw[:_LONGEST_LIST]), 5 * most):
            if address := _address(mailbox, notes):
                found.append(address)
            if len(found) >= most:
                notes.append("an address list was shortened")
                return tuple(found)
    return tuple(found)


def emails(addresses: Iterable[Address]) -> tuple[str, ...]:
    """Lower-case, each once, in order."""
    return tuple(dict.fromkeys(a.email.lower() for a in addresses))


@dataclass(slots=True)
class _Mailbox:
    """Pieces of one entry of the list."""

    words: str = ""
    quoted: str = ""
    angle: str = ""
    comment: str = ""


def _mailboxes(raw: str) -> Iterable[_Mailbox]:
    current = _Mailbox()
    for token in _TOKEN.finditer(raw):
        if token["comma"]:
            yield current
            current = _Mailbox()
        elif token["angle"]:
            current.angle = token["angle"][1:-1] if "@" in token["angle"] or not current.angle else current.angle
        elif token["comment"]:
            current.comment = current.comment or token["comment"][1:-1]
        elif len(current.words) < _LONGEST_ENTRY:
            current.words += token[0]
            current.quoted += _ESCAPE.sub(r"\1", token["quoted"][1:-1]) if token["quoted"] else token[0]
    yield current


def _address(mailbox: _Mailbox, notes: list[str]) -> Address | None:
    if mailbox.angle and (email := _email(mailbox.angle)):
        return Address(email, _name(_GROUP.sub("", mailbox.quoted), notes) or _name(mailbox.comment, notes))
    words = _GROUP.sub("", mailbox.words.strip())
    if email := _email(words):
        return Address(email, _name(mailbox.comment, notes))
    return _inside(mailbox, words, notes)


def _inside(mailbox: _Mailbox, words: str, notes: list[str]) -> Address | None:
    """Some senders encode or quote name and address together, or leave the angle brackets out or open."""
    text = decode_words(words, notes) if "=?" in words else mailbox.quoted.strip()
    found = _ANYWHERE.match(text[:_LONGEST_ENTRY])
    if found and (email := _email(found[2])):
        return Address(email, _name(found[1], notes) or _name(mailbox.comment, notes))
    return None


def _name(raw: str, notes: list[str]) -> str | None:
    return clean_name(decode_words(raw, notes)).strip("\"' ")[:_LONGEST] or None


def _email(raw: str) -> str | None:
    """The text as an address, or None: one @ with something before it and a domain after it."""
    text = _ROUTE.sub("", raw.strip())
    if '"' not in text and any(c.isspace() for c in text):
        return None
    text = (clean_name(text) if '"' in text else clean_word(text)).rstrip(".")
    local, at, domain = text.rpartition("@")
    if not at or not local or len(text) > _LONGEST or not any(c.isalnum() for c in domain):
        return None
    if "@" in local and not local.startswith('"'):
        return None
    return text
