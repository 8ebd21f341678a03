"""The build hook: htmx with its licence and the compiled catalogues reach the wheel, and nothing stays behind."""

from gettext import GNUTranslations
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def hook(target: str = "wheel") -> Any:
    """The hook as hatchling makes it."""
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.HtmxAndCatalogues(str(ROOT), {}, None, None, str(ROOT), target)


def included(made: Any, version: str = "standard") -> dict[str, str]:
    """Place in the wheel → file."""
    data: dict[str, Any] = {"force_include": {}}
    made.initialize(version, data)
    return {place: file for file, place in data["force_include"].items()}


def test_the_wheel_gets_htmx_its_licence_and_catalogues() -> None:
    made = hook()
    places = included(made)
    web = "waypost/platform/web"
    assert {f"{web}/static/vendor/{name}" for name in ("htmx-2.min.js", "hx-sse-2.min.js", "NOTICE")} <= set(places)
    assert "MIT License" in Path(places[f"{web}/static/vendor/LICENSE.django-htmx"]).read_text()
    with Path(places[f"{web}/locale/de/LC_MESSAGES/waypost.mo"]).open("rb") as compiled:
        assert GNUTranslations(compiled).gettext("Sign in") == "Anmelden"
    made.finalize("standard", {}, "")
    assert not Path(places[f"{web}/static/vendor/NOTICE"]).exists()


@pytest.mark.parametrize(("target", "version"), [("sdist", "standard"), ("wheel", "editable")])
def test_sources_and_editable_installs_get_nothing(target: str, version: str) -> None:
    assert included(hook(target), version) == {}
