"""How pages look: the operator's choice, checked before anything is made of it, and the version that it amounts to."""

import hashlib
import platform
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal

from waypost.archive.sealing.fonts import fingerprint
from waypost.archive.sealing.words import known_languages, language_of
from waypost.archive.sealing.zones import is_zone
from waypost.platform.errors import Invalid

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
OURS = ("default", "compact", "minimal")
OWN_MOST_BYTES = 5 * 1024 * 1024
"""All files of a template of one's own together."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MAKERS = ("typst", "nh3", "pillow", "tzdata", "rfc8785")

LimitMode = Literal["fail", "cap_and_continue"]


class LookRefused(Invalid):
    """Pages cannot be made the way the settings ask for."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides about the pages besides the snapshot. Sizes in bytes; 0 switches a limit off."""

    template: str = "default"
    locale: str = "de_DE"
    """Language of the labels and of the document, with a region."""
    zone: str = "Europe/Berlin"
    """IANA name; printed on the pages."""
    templates_root: Path | None = None
    """Where templates of one's own lie: `<root>/<name>/template.typ`."""
    max_articles: int = 0
    limit_mode: LimitMode = "fail"
    max_file_bytes: int = 10 * 1024 * 1024
    """A larger attachment is not embedded; raw messages always are."""
    max_total_bytes: int = 50 * 1024 * 1024
    """Attachments of a case together, in the order of its articles."""
    articles_per_volume: int = 400
    """More articles than this make a further volume."""

    @property
    def language(self) -> str:
        """`de` of `de_DE`."""
        return language_of(self.locale)

    @property
    def region(self) -> str | None:
        """`DE` of `de_DE`."""
        return re.split("[_-]", self.locale)[1].upper() if re.search("[_-]", self.locale) else None


def check(look: Look) -> None:
    """Refuse what cannot work, with a sentence that names the setting (LookRefused). Nothing is compiled here."""
    if look.language not in known_languages() or not re.fullmatch(r"[A-Za-z]{2,3}([_-][A-Za-z]{2})?", look.locale):
        raise LookRefused(f"The locale {look.locale} is not known; there are labels in {', '.join(known_languages())}.")
    if not is_zone(look.zone):
        raise LookRefused(f"The time zone {look.zone} is not known; use a name such as Europe/Berlin.")
    if not _NAME.fullmatch(look.template):
        raise LookRefused(f"{look.template!r} is no name of a template: a-z, 0-9, - and _ only.")
    size = sum(path.stat().st_size for path in own_files(look))
    if size > OWN_MOST_BYTES:
        raise LookRefused(f"The files of the template {look.template} are larger than {OWN_MOST_BYTES} bytes together.")


def own_files(look: Look) -> tuple[Path, ...]:
    """The files of a template of one's own, the template itself first; empty for ours. Refuses an absent one."""
    folder = look.templates_root / look.template if look.templates_root else None
    if folder is None or (look.template in OURS and not folder.is_dir()):
        if look.template not in OURS:
            raise LookRefused(f"There is no template {look.template}; ours are {', '.join(OURS)}.")
        return ()
    main = folder / "template.typ"
    if not main.is_file():
        raise LookRefused(f"The template {look.template} has no file template.typ in {folder}.")
    inside = sorted(path for path in folder.iterdir() if path.is_file() and path != main)
    return (main, *inside)


def template_files(look: Look) -> tuple[Path, ...]:
    """Every file that the engine reads for this look, in a fixed order."""
    shared = ("main.typ", "ground.typ", "body.typ", "parts.typ")
    own = own_files(look)
    return (*(TEMPLATES / name for name in shared), *(own or (TEMPLATES / f"{look.template}.typ",)))


def template_version(look: Look) -> str:
    """Name and digest of everything that decides about the bytes of the pages besides the snapshot.

    `default-` and 32 hex digits: of the templates, our converter, the engine, the fonts, the decoders, the tables of
    Unicode and time zones, and of the look itself.
    """
    whole = hashlib.sha256(_makers().encode())
    for field in fields(look):
        if field.name != "templates_root":
            whole.update(f"\0{field.name}={getattr(look, field.name)}".encode())
    for path in template_files(look):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return f"{look.template}-{whole.hexdigest()[:32]}"


@cache
def _makers() -> str:
    from importlib.metadata import version

    code = hashlib.sha256(b"".join(path.read_bytes() for path in _our_files())).hexdigest()
    python = ".".join(platform.python_version_tuple()[:2])
    return "\n".join((code, python, unicodedata.unidata_version, fingerprint(), *map(version, _MAKERS)))


def _our_files() -> Iterator[Path]:
    yield from sorted(HERE.glob("*.py"))
    yield from sorted(TEMPLATES.glob("labels.*.json"))
