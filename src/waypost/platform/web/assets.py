"""Assets: style, script and mark, built once in memory, named by their content so that browsers keep them for ever."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

STATIC = Path(__file__).parent / "static"
LAYERS = ("reset", "tokens", "base", "components", "utilities")
HTMX = ("htmx-2.min.js", "hx-sse-2.min.js")
IMMUTABLE = "public, max-age=31536000, immutable"
"""The `Cache-Control` of every asset: a changed one has another name."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/speculationrules+json",
}


class NoSuchAsset(LookupError):
    """There is no asset of this name."""


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `gzip` is the same body packed, `etag` is quoted already (RFC 9110, 8.8.3)."""

    body: bytes
    gzip: bytes
    media_type: str
    etag: str


@dataclass(frozen=True)
class Assets:
    """All assets by plain name (`app.css`) and by the name that carries their hash (`app.1a2b3c4d5e.css`)."""

    prefix: str = "/assets/"

    def url(self, path: str) -> str:
        """The address of an asset by its plain name; refuses an unknown one with `NoSuchAsset`."""
        try:
            return self.prefix + self._names[path]
        except KeyError:
            raise NoSuchAsset(path) from None

    def get(self, name: str) -> Asset | None:
        """The asset of a name with its hash, or None: an old name is gone, not another's."""
        return self._assets.get(name)

    @cached_property
    def _built(self) -> Mapping[str, Asset]:
        return {name: _packed(name, text.encode()) for name, text in bundles().items()}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {name: _hashed(name, asset) for name, asset in self._built.items()}

    @cached_property
    def _assets(self) -> Mapping[str, Asset]:
        return {self._names[name]: asset for name, asset in self._built.items()}


def _packed(name: str, body: bytes) -> Asset:
    digest = sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 9, mtime=0), TYPES[Path(name).suffix], f'"{digest}"')


def _hashed(name: str, asset: Asset) -> str:
    plain = Path(name)
    return f"{plain.stem}.{asset.etag[1:11]}{plain.suffix}"


def bundles() -> dict[str, str]:
    """The text of every asset by its plain name."""
    return {
        "app.css": "\n".join(_style()),
        "app.js": "\n".join(_behaviours()),
        "htmx.js": ";\n".join(_htmx(name) for name in HTMX),
        "mail.css": (STATIC / "css" / "mail.css").read_text("utf-8"),
        "mark.svg": (STATIC / "mark.svg").read_text("utf-8"),
        "speculation.json": (STATIC / "speculation.json").read_text("utf-8"),
    }


def _style() -> Iterator[str]:
    """Every file in the layer that its place names: a component never fights with a utility."""
    yield f"@layer {', '.join(LAYERS)};"
    for layer in LAYERS:
        alone = STATIC / "css" / f"{layer}.css"
        for file in [alone] if alone.exists() else sorted((STATIC / "css" / layer).glob("*.css")):
            yield f"@layer {layer} {{\n{file.read_text('utf-8')}}}"


def _behaviours() -> Iterator[str]:
    """Every behaviour in a scope of its own: none sees another's names, they meet through the page's events."""
    for file in sorted((STATIC / "js").glob("*.js")):
        yield f'(() => {{ "use strict";\n{file.read_text("utf-8")}}})();'


def _htmx(name: str) -> str:
    """A script of htmx: from the wheel, where the build hook put it, else from the package it comes from."""
    shipped = STATIC / "vendor" / name
    return (shipped if shipped.exists() else _installed(name)).read_text("utf-8")


def _installed(name: str) -> Path:
    """The file inside django-htmx, found by the package's list of files: importing it would need Django."""
    try:
        found = [file for file in files("django-htmx") or [] if file.name == name]
        return Path(str(found[0].locate()))
    except (PackageNotFoundError, IndexError):
        raise NoSuchAsset(f"{name}: build a wheel, or install django-htmx to run from a checkout") from None
