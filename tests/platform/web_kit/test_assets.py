"""Assets: every file is in, names follow content, and what is unknown is said to be unknown."""

import gzip
from pathlib import Path

import pytest

from waypost.platform.web.assets import LAYERS, STATIC, Assets, NoSuchAsset, bundles

ASSETS = Assets("/a/")


def named(path: str) -> str:
    """The name with the hash in it."""
    return ASSETS.url(path).removeprefix("/a/")


@pytest.mark.parametrize("path", ["app.css", "app.js", "htmx.js", "mail.css", "mark.svg", "speculation.json"])
def test_each_asset_is_found_under_its_hashed_name_only(path: str) -> None:
    found = ASSETS.get(named(path))
    assert found is not None
    assert gzip.decompress(found.gzip) == found.body
    assert found.etag.strip('"').startswith(named(path).split(".")[1])
    assert ASSETS.get(path) is None


def test_the_same_sources_give_the_same_names() -> None:
    assert Assets("/a/").url("app.css") == ASSETS.url("app.css")


def test_an_unknown_asset_is_refused_by_name() -> None:
    with pytest.raises(NoSuchAsset, match=r"missing\.css"):
        ASSETS.url("missing.css")


def test_every_stylesheet_stands_in_a_layer_of_the_one_sheet() -> None:
    sheet = bundles()["app.css"]
    assert sheet.startswith(f"@layer {', '.join(LAYERS)};")
    for file in (STATIC / "css").rglob("*.css"):
        assert (file.read_text("utf-8") in sheet) is (file.name != "mail.css"), file.name


def test_every_behaviour_is_in_the_script_and_small() -> None:
    script = bundles()["app.js"]
    for file in (STATIC / "js").glob("*.js"):
        assert file.read_text("utf-8") in script
        assert len(file.read_text("utf-8").splitlines()) <= 150, file.name


def test_styles_fetch_nothing() -> None:
    for name in ("app.css", "mail.css"):
        assert "url(" not in bundles()[name]
        assert "@import" not in bundles()[name]


def test_htmx_and_its_streams_come_as_one_script() -> None:
    script = bundles()["htmx.js"]
    assert script.index("var htmx=") < script.index('defineExtension("sse"')


def test_no_file_of_another_project_lies_in_the_sources() -> None:
    assert not (STATIC / "vendor").exists()
    assert not [file for file in Path(STATIC).rglob("*.js") if ".min." in file.name]
