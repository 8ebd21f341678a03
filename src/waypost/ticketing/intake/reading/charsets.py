"""Bytes become text whatever the sender claims: declared charset, UTF-8, detection, replacement; never nothing."""

import codecs
import re
from functools import lru_cache

from waypost.ticketing.intake.reading.cleaning import clean_line

# What senders write → the codecs to try, strictest reading first. Subsets are read as their superset:
# mail labelled gb2312 or iso-8859-1 is nearly always gb18030 or windows-1252 (WHATWG Encoding Standard does the same).
_WESTERN = ("cp1252", "latin-1")
_JAPANESE_7BIT = ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext")
_READ_AS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252"), _WESTERN),
    **dict.fromkeys(("ansi-x3.110-1983", "cp-1252", "win-1252", "ansi", "x-ansi"), _WESTERN),
    **dict.fromkeys(("gb2312", "gbk", "gb-2312", "gb-2312-80", "cp936", "ms936", "x-gbk", "csgb2312"), ("gb18030",)),
    **dict.fromkeys(("ks-c-5601-1987", "ks-c-5601", "ksc5601", "euc-kr", "x-windows-949", "korean"), ("cp949",)),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "ms-kanji", "windows-31j", "cp-932"), ("cp932", "shift_jis_2004")),
    **dict.fromkeys(("iso-2022-jp", "iso-2022-jp-ms", "cp50220", "csiso2022jp", "jis"), _JAPANESE_7BIT),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "x-euc"), ("euc_jp", "euc_jis_2004")),
    **dict.fromkeys(("big5", "x-x-big5", "big5-hkscs", "cn-big5"), ("big5hkscs", "cp950")),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "iso-8859-8", "logical", "visual"), ("iso8859_8", "cp1255")),
    **dict.fromkeys(("iso-8859-6-i", "iso-8859-6-e"), ("iso8859_6", "cp1256")),
    **dict.fromkeys(("iso-8859-9", "latin5"), ("cp1254", "iso8859_9")),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874", "x-windows-874"), ("cp874", "iso8859_11")),
    **dict.fromkeys(("utf8", "utf-8", "x-utf-8", "utf-8-mb4", "utf8mb4", "unicode-1-1-utf-8", "cp65001"), ("utf-8",)),
    **dict.fromkeys(("unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "utf-7"), ("utf_7",)),
    **dict.fromkeys(("ucs-2", "unicode", "iso-10646-ucs-2", "utf-16"), ("utf_16_be", "utf_16_le")),
    **dict.fromkeys(("x-mac-roman", "macintosh", "x-macroman"), ("mac_roman",)),
    **dict.fromkeys(("us-ascii", "ascii", "7bit", "ansi-x3.4-1968", "iso-646-us"), ("ascii",)),
}
_NO_TEXT_CODECS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf_16_le"), (codecs.BOM_UTF16_BE, "utf_16_be"))
_LABEL = re.compile(r"[a-z0-9][a-z0-9.:-]{0,39}")
_SAMPLE = 64 * 1024


def decode(data: bytes, declared: str | None, notes: list[str]) -> str:
    """Text of `data`; what had to be guessed or replaced is added to `notes`."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    if declared is None and data.isascii() and b"\x1b" not in data and b"\0" not in data:
        return data.decode("ascii")
    label = _label(declared)
    text = _first_fit(data, _codecs(label) if label else ())
    if text is not None and not _is_mislabelled(data, label):
        return text
    if label:
        known = "did not fit" if _codecs(label) else "is unknown"
        notes.append(f"declared charset {clean_line(label)} {known}")
    return _guess(data, notes)


def _label(declared: str | None) -> str:
    return declared.strip(" \t\r\n\"';").lower().replace("_", "-") if declared else ""


@lru_cache(maxsize=512)
def _codecs(label: str) -> tuple[str, ...]:
    """Codecs for a declared name, none when it is unknown or no charset at all."""
    if label in _READ_AS:
        return _READ_AS[label]
    for name in (label, label.removeprefix("x-"), label.removeprefix("cs"), label.replace("cp-", "cp")):
        if _LABEL.fullmatch(name) and _is_charset(name):
            return (name,)
    return ()


def _is_charset(name: str) -> bool:
    try:
        return name not in _NO_TEXT_CODECS and isinstance(b"a".decode(name, "replace"), str)
    except (LookupError, UnicodeError, ValueError):
        return False


def _first_fit(data: bytes, candidates: tuple[str, ...]) -> str | None:
    for codec in candidates:
        try:
            return data.decode(codec)
        except (UnicodeError, ValueError):
            continue
    return None


def _is_mislabelled(data: bytes, label: str) -> bool:
    """UTF-8 sent as Latin-1 is common; Latin-1 text that happens to be valid UTF-8 is not."""
    return _codecs(label)[:1] == ("cp1252",) and not data.isascii() and _first_fit(data, ("utf-8",)) is not None


def _guess(data: bytes, notes: list[str]) -> str:
    for codec in _likely(data):
        text = _first_fit(data, (codec,))
        if text is not None:
            notes.append(f"charset guessed as {codec}")
            return text
    return _with_losses(data, notes)


def _likely(data: bytes) -> list[str]:
    """Codecs worth a strict try, best first: what cannot be mistaken, then what the detector says."""
    if b"\x1b$" in data:
        return [*_JAPANESE_7BIT, "iso2022_kr", "utf-8"]
    if _looks_wide(data):
        return ["utf_16_le", "utf_16_be"] if data[1::2].count(0) > data[0::2].count(0) else ["utf_16_be", "utf_16_le"]
    if _first_fit(data, ("utf-8",)) is not None:
        return ["utf-8"]
    return [] if _is_damaged_utf8(data) else _detected(data)


def _looks_wide(data: bytes) -> bool:
    return len(data) % 2 == 0 and data.count(0) * 3 > len(data)


def _is_damaged_utf8(data: bytes) -> bool:
    """Mostly good UTF-8 with a few bad bytes, or cut inside a character at its end."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    bad, good = text.count("\ufffd"), sum(c > "\x7f" for c in text)
    return good - bad >= 2 * bad or (bad == 1 and good > 1 and text.endswith("\ufffd"))


def _detected(data: bytes) -> list[str]:
    import chardet  # a megabyte that only mail without a charset needs

    found = chardet.detect(data[:_SAMPLE])["encoding"]
    return [*(_codecs(_label(found)) if found else ()), *_WESTERN[:1]]


def _with_losses(data: bytes, notes: list[str]) -> str:
    codec = "utf-8" if _is_damaged_utf8(data) else "cp1252"
    notes.append(f"characters lost, read as {codec}")
    return data.decode(codec, "replace")
