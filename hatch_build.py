"""Build hook: what the wheel carries but the repository does not: htmx with its licence, and compiled catalogues.

htmx comes from the build-time dependency django-htmx, so no file of another project lies in the sources. Nothing is
imported from it (that would need Django); its files are found by the package's own list.
"""

from importlib.metadata import PackagePath, files
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = ("htmx-2.min.js", "hx-sse-2.min.js")
VENDOR = "waypost/platform/web/static/vendor"
LOCALE = "platform/web/locale"
NOTICE = "htmx and its extensions: (c) Big Sky Software, Zero-Clause BSD; packed by django-htmx (licence beside).\n"


class HtmxAndCatalogues(BuildHookInterface[Any]):
    """Adds files to a wheel at build time; an editable install gets none, it reads the sources' own places."""

    PLUGIN_NAME = "custom"
    _place: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs; `force_include` maps a file to its place in the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        place = self._place = Path(mkdtemp(prefix="waypost-build-"))
        included: dict[str, str] = build_data["force_include"]
        included |= {str(file): f"{VENDOR}/{name}" for name, file in _htmx(place)}
        included |= {str(file): target for file, target in _compiled(Path(self.root) / "src" / "waypost", place)}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when the wheel is written: what was made for it goes."""
        if self._place is not None:
            rmtree(self._place)


def _htmx(place: Path) -> list[tuple[str, Path]]:
    notice = place / "NOTICE"
    notice.write_text(NOTICE, "utf-8")
    scripts = [(name, _file(name)) for name in SCRIPTS]
    return [*scripts, ("LICENSE.django-htmx", _file("LICENSE")), ("NOTICE", notice)]


def _file(name: str) -> Path:
    found: list[PackagePath] = [file for file in files("django-htmx") or [] if file.name == name]
    if len(found) != 1:
        raise FileNotFoundError(f"django-htmx has {len(found)} files named {name}; one was expected")
    return Path(str(found[0].locate()))


def _compiled(package: Path, place: Path) -> list[tuple[Path, str]]:
    """Each catalogue in the form gettext loads, beside its readable one."""
    made = []
    for readable in sorted((package / LOCALE).glob("*/LC_MESSAGES/*.po")):
        compiled = BytesIO()
        with readable.open("rb") as source:
            write_mo(compiled, read_po(source))
        inside = readable.relative_to(package).with_suffix(".mo")
        target = place / "-".join(inside.parts[-3:])
        target.write_bytes(compiled.getvalue())
        made.append((target, f"waypost/{inside.as_posix()}"))
    return made
