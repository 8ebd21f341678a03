"""An article of Zammad's as an article of a snapshot, and the files that it wants kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from waypost.archive.sealing.snapshot import Article, File
from waypost.archive.sources.zammad.bodies import Picture, body_of
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.files import Limits, Want
from waypost.archive.sources.zammad.reading import Json, Names, mapping, moment, required, text, whole

SENDERS = {"1": "agent", "2": "customer", "3": "system"}
KINDS = {
    "1": "email",
    "2": "sms",
    "3": "chat",
    "4": "fax",
    "5": "phone",
    "10": "note",
    "11": "web",
}
"""Zammad's own ids of senders and types, for answers that give nothing else."""
UNKNOWN_TYPE = "application/octet-stream"
Author = Literal["customer", "agent", "system", ""]


@dataclass(frozen=True, slots=True)
class Drafted:
    """An article whose files are still to be had."""

    article: Article
    wants: tuple[Want, ...]

    @property
    def order(self) -> tuple[bool, datetime | None, int, str]:
        """Oldest first, undated last, then by id."""
        at, key = self.article.created_at, self.article.id
        return at is None, at, int(key) if key.isdigit() else 0, key


def drafted(record: Json, ticket_id: str, names: Names, limits: Limits, zammad: Zammad) -> Drafted:
    """Read one article; only its id is required."""
    key = required(record.get("id"), "article id")
    listed = [each for each in record.get("attachments") or [] if isinstance(each, dict)]
    body = body_of(record, {text(one.get("id")): cid for one in listed if (cid := _content_id(one))})
    article = Article(
        id=key,
        created_at=moment(record.get("created_at")),
        internal=record.get("internal") is True,
        sender=text(record.get("from")) or text(record.get("to")),
        subject=text(record.get("subject")),
        body_html=body.html,
        body_text=body.text,
        to=text(record.get("to")),
        cc=text(record.get("cc")),
        kind=_kind(record),
        author=_author(record),
        message_id=text(record.get("message_id")) or None,
        created_by=names.party(record, "created_by"),
    )
    pictures = {picture.content_id: picture for picture in body.pictures}
    wants = [_attachment(each, article, ticket_id, pictures, limits, zammad) for each in listed]
    wants += [_picture(each, article, ticket_id, limits, zammad) for each in pictures.values()]
    return Drafted(article, (*wants, *_raw(article, limits, zammad)))


def _kind(record: Json) -> str:
    said = record.get("type")
    named = text(said.get("name") if isinstance(said, dict) else said)
    return named or KINDS.get(text(record.get("type_id")), "")


def _author(record: Json) -> Author:
    said = record.get("sender")
    named = text(said.get("name") if isinstance(said, dict) else said).lower()
    found = named if named in SENDERS.values() else SENDERS.get(text(record.get("sender_id")), "")
    authors: dict[str, Author] = {"customer": "customer", "agent": "agent", "system": "system"}
    return authors.get(found, "")


def _attachment(
    record: Json, article: Article, ticket_id: str, pictures: dict[str, Picture], limits: Limits, zammad: Zammad
) -> Want:
    """A file of the list; where the body shows it, it is that picture."""
    key, content_id = text(record.get("id")), _content_id(record)
    shown = _taken(pictures, key, content_id)
    file = File(
        article_id=article.id,
        attachment_id=key or None,
        filename=text(record.get("filename")) or "bin",
        content_type=_content_type(record),
        size=whole(record.get("size")),
        role="inline" if shown else "attachment",
        content_id=shown.content_id if shown else content_id,
    )
    wanted = limits.keep_files or shown is not None
    fetch = partial(zammad.file, ticket_id, article.id, key) if wanted and key.isdigit() else None
    if wanted and fetch is None:
        file = replace(file, fate="failed", reason="Zammad names no id for it")
    return Want(file, fetch)


def _taken(pictures: dict[str, Picture], key: str, content_id: str | None) -> Picture | None:
    """The picture of the body that this attachment is, taken off what is still to be found."""
    for name, picture in pictures.items():
        if name == content_id or (picture.attachment is not None and picture.attachment == key):
            return pictures.pop(name)
    return None


def _picture(picture: Picture, article: Article, ticket_id: str, limits: Limits, zammad: Zammad) -> Want:
    """A picture of the body that no list names: Zammad takes them off it."""
    file = File(
        article_id=article.id,
        attachment_id=picture.attachment,
        filename=f"picture-{picture.attachment or picture.content_id}",
        content_type=picture.content_type or UNKNOWN_TYPE,
        size=len(picture.data) if picture.data is not None else None,
        role="inline",
        content_id=picture.content_id,
    )
    if picture.data is not None:
        return Want(file, partial(_given, picture.data))
    if picture.attachment is not None:
        return Want(file, partial(zammad.file, ticket_id, article.id, picture.attachment))
    return Want(replace(file, fate="failed", reason="the message does not bring this picture"))


def _raw(article: Article, limits: Limits, zammad: Zammad) -> Iterator[Want]:
    """The mail that an article was made of, where there may be one."""
    if limits.keep_raw and article.kind == "email":
        file = File(article.id, None, f"{article.id}.eml", "message/rfc822", None, role="raw")
        yield Want(file, partial(zammad.raw, article.id), quietly=True)


async def _given(data: bytes) -> bytes:
    return data


def _preferences(record: Json) -> Mapping[str, str]:
    """An attachment's preferences with names in lower case: releases write them differently."""
    return {str(name).lower(): text(value) for name, value in mapping(record.get("preferences")).items()}


def _content_type(record: Json) -> str:
    said = _preferences(record)
    named = text(record.get("content_type")) or said.get("content-type") or said.get("mime-type") or ""
    return named.partition(";")[0].strip().lower() or UNKNOWN_TYPE


def _content_id(record: Json) -> str | None:
    return _preferences(record).get("content-id", "").strip("<> ") or None
