"""A file name for every attachment, one that no file system, header or page has to fear."""

import re

from waypost.ticketing.intake.reading.cleaning import clean_name, cut_bytes
from waypost.ticketing.intake.reading.tree import Entity

# Own table: the system's differs from machine to machine, and the same mail must read the same everywhere.
_ENDINGS = {
    "application/gzip": "gz", "application/json": "json", "application/ms-tnef": "dat", "application/msword": "doc",
    "application/pdf": "pdf", "application/pgp-encrypted": "pgp", "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m", "application/pkcs7-signature": "p7s", "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls", "application/vnd.ms-tnef": "dat", "application/x-pkcs7-signature": "p7s",
    "application/x-pkcs7-mime": "p7m", "application/xml": "xml", "application/zip": "zip", "audio/mpeg": "mp3",
    "audio/ogg": "ogg", "audio/wav": "wav", "image/bmp": "bmp", "image/gif": "gif", "image/heic": "heic",
    "image/jpeg": "jpg", "image/jpg": "jpg", "image/png": "png", "image/svg+xml": "svg", "image/tiff": "tif",
    "image/webp": "webp", "message/delivery-status": "txt", "message/disposition-notification": "txt",
    "message/global": "eml", "message/rfc822": "eml", "text/calendar": "ics", "text/csv": "csv", "text/html": "html",
    "text/plain": "txt", "text/rfc822-headers": "txt", "text/vcard": "vcf", "text/x-vcard": "vcf", "text/xml": "xml",
    "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
_STEMS = {
    "application/ms-tnef": "winmail", "application/vnd.ms-tnef": "winmail", "message/rfc822": "message",
    "message/delivery-status": "delivery-status", "text/calendar": "invitation",
    "application/pgp-signature": "signature", "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime", "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
}  # fmt: skip
_UNNUMBERED = {"winmail", "smime"}
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_LONGEST = 200


def filename(entity: Entity, ordinal: int) -> str:
    """The declared name without its folders, or one made of type and ordinal."""
    declared = entity.disposition.parameters.get("filename") or entity.parameters.get("name") or ""
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", clean_name(declared))[-1]).strip(". ")
    if not name or not any(c.isalnum() for c in name):
        return _made(entity.kind, ordinal)
    if entity.kind == "message/rfc822" and not name.lower().endswith(".eml"):
        name = f"{name}.eml"
    return _shortened(name)


def _made(kind: str, ordinal: int) -> str:
    main = kind.partition("/")[0]
    stem = _STEMS.get(kind, main if main in ("image", "audio", "video", "text") else "attachment")
    ending = _ENDINGS.get(kind, "txt" if main == "text" else "bin")
    return f"{stem}.{ending}" if stem in _UNNUMBERED else f"{stem}-{ordinal}.{ending}"


def _shortened(name: str) -> str:
    """At most 200 bytes, with the ending kept: it tells what opens the file."""
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        return cut_bytes(name, _LONGEST)
    return f"{cut_bytes(stem, _LONGEST - len(ending.encode()) - 1)}.{ending}"
