"""Languages: every sentence is written in English and looked up in the catalogue of the person's language."""

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LOCALES = ("en", "de")
"""The languages that ship complete; the first is what the sources are written in."""
FOLDER = Path(__file__).parent / "locale"
DOMAIN = "waypost"


def catalogue(locale: str, ending: str) -> Path:
    """The file of a language's catalogue, `ending` "po" or "mo"."""
    return FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


@cache
def translations(locale: str) -> NullTranslations:
    """The words of a language: its compiled catalogue, or the readable one compiled in memory where there is no other.

    A language that does not ship gets the English of the sources.
    """
    if locale not in LOCALES:
        return NullTranslations()
    compiled, readable = catalogue(locale, "mo"), catalogue(locale, "po")
    fresh = compiled.exists() and compiled.stat().st_mtime >= readable.stat().st_mtime
    return GNUTranslations(BytesIO(compiled.read_bytes() if fresh else compile_po(readable)))


def compile_po(readable: Path) -> bytes:
    """A readable catalogue in the form that gettext loads; doubtful ("fuzzy") translations stay out."""
    compiled = BytesIO()
    with readable.open("rb") as source:
        write_mo(compiled, read_po(source))
    return compiled.getvalue()


def pick_locale(accept_language: str | None, chosen: str | None = None) -> str:
    """The language of an answer: the person's own choice, else the best of the browser's list (RFC 9110, 12.5.4)."""
    if chosen in LOCALES:
        return chosen
    return negotiate_locale(_preferred(accept_language or ""), LOCALES, sep="-") or LOCALES[0]


def _preferred(accept_language: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        if (share := _share(weight)) > 0 and tag.strip():
            weighed.append((share, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]


def _share(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0


def words(locale: str) -> dict[str, Callable[..., str]]:
    """The gettext functions of a page: `_`, `gettext`, `ngettext`, `pgettext`, `npgettext`, and `told`.

    Each takes its placeholders as keywords (`_("to %(who)s", who=name)`) and escapes them; a lone `%` is written `%%`.
    `ngettext` and `npgettext` know their count as `%(num)s`. `told` is for sentences that were written down when they
    were true (a refusal's title, kept with a row): it has no placeholders, and what no catalogue knows stays as it is.
    """
    said = translations(locale)

    def gettext(message: str, **values: Any) -> Markup:
        return Markup(said.gettext(message)) % values

    def pgettext(context: str, message: str, **values: Any) -> Markup:
        return Markup(said.pgettext(context, message)) % values

    def ngettext(one: str, many: str, num: int, **values: Any) -> Markup:
        return Markup(said.ngettext(one, many, num)) % {"num": num, **values}

    def npgettext(context: str, one: str, many: str, num: int, **values: Any) -> Markup:
        return Markup(said.npgettext(context, one, many, num)) % {"num": num, **values}

    def told(sentence: str | None) -> str:
        return said.gettext(sentence) if sentence else ""

    plural: dict[str, Callable[..., str]] = {"ngettext": ngettext, "npgettext": npgettext}
    return {"_": gettext, "gettext": gettext, "pgettext": pgettext, **plural, "told": told}
