"""What an article says, made safe: sanitised HTML with its pictures named by content id, and the same as plain text."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from waypost.archive.sealing.markup import clean
from waypost.archive.sources.zammad.plain import text_of
from waypost.archive.sources.zammad.reading import Json, text

LOOKS_LIKE_HTML = re.compile(
    r"<(?:p|div|br|span|a|ul|ol|li|pre|code|blockquote|table|tr|td|th|strong|em|b|i|u)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_PICTURE = re.compile(r"<img\b[^<>]{0,4000}>", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(\bsrc\s*=\s*["']?)(?:https?://[^"'\s<>]*?)?[^"'\s<>:]*?/api/v1/ticket_attachment/(\d+)/(\d+)/(\d+)[^"'\s<>]*""",
    re.IGNORECASE,
)
_SHOWN = re.compile(r'(<img\b[^<>]*? src=")(cid:|data:)([^"]*)(")', re.IGNORECASE)
_DATA = re.compile(r"image/(png|jpeg|jpg|gif|webp|bmp|svg\+xml)[^,]*;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline picture: an attachment that may not be in the article's list, or bytes that stood in the body."""

    content_id: str
    attachment: str | None = None
    data: bytes | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text in both forms, and its pictures."""

    html: str
    text: str
    pictures: tuple[Picture, ...] = ()


def is_html(content_type: str, said: str) -> bool:
    """The declared type decides; only where there is none the text itself is looked at."""
    if content_type:
        return "html" in content_type.lower()
    return LOOKS_LIKE_HTML.search(said) is not None


def body_of(record: Json, content_ids: Mapping[str, str]) -> Body:
    """The body of an article; `content_ids` gives an attachment's own content id by its id.

    Zammad rewrites `cid:` pictures to addresses of its own and takes them off the list of attachments: both forms are
    turned back into `cid:`.
    """
    raw = record.get("body")
    said = raw if isinstance(raw, str) else text(raw)
    if not is_html(text(record.get("content_type")), said):
        return Body("", said)
    seen: dict[str, Picture] = {}
    named = _PICTURE.sub(lambda tag: _named(tag[0], content_ids, seen), said)
    safe = _SHOWN.sub(lambda found: _shown(found, seen), clean(named))
    shown = text_of(safe) or text_of(clean(escape(said)))
    return Body(safe, shown, tuple(seen.values()))


def _named(tag: str, content_ids: Mapping[str, str], seen: dict[str, Picture]) -> str:
    def one(found: re.Match[str]) -> str:
        attachment = found[4]
        content_id = content_ids.get(attachment) or f"attachment-{attachment}"
        seen[content_id] = Picture(content_id, attachment)
        return f"{found[1]}cid:{escape(content_id)}"

    return _ADDRESS.sub(one, tag)


def _shown(found: re.Match[str], seen: dict[str, Picture]) -> str:
    """A picture by content id is noted; one whose bytes stand in the body becomes one by content id."""
    value = unescape(found[3])
    if found[2].lower() == "cid:":
        content_id = unquote(value).strip("<> ")
        seen.setdefault(content_id, Picture(content_id))
        return f"{found[1]}cid:{escape(content_id)}{found[4]}"
    kind, data = _decoded(value)
    if data is None:
        return found[0]
    content_id = f"body-{len(seen) + 1}"
    seen[content_id] = Picture(content_id, data=data, content_type=kind)
    return f"{found[1]}cid:{content_id}{found[4]}"


def _decoded(value: str) -> tuple[str, bytes | None]:
    head = _DATA.match(value)
    if head is None:
        return "", None
    try:
        return f"image/{head[1].lower()}", base64.b64decode(value[head.end() :])
    except (binascii.Error, ValueError):
        return "", None
