"""The configuration file and the names in the environment above it: who wins, what is refused, what is never shown."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
import yaml
from typer.testing import CliRunner

from scripts import configuration_file
from waypost.archive.signing.settings import SigningSettings
from waypost.cli.app import app
from waypost.platform.settings import SettingRefused, names_of, path_of
from waypost.platform.web.settings import WebSettings
from waypost.settings import DEPRECATED, GROUPS, Settings, load


class Written(Protocol):
    """Writes the configuration file and names it, unless it stands in its usual place."""

    def __call__(self, text: str, name: str = ...) -> Path: ...


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Writes the configuration file of a working folder of its own, and names it."""
    monkeypatch.chdir(tmp_path)
    for name in DEPRECATED.keys() | DEPRECATED.values():
        monkeypatch.setenv(name, "")

    def write(text: str, name: str = "archive.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("CONFIG_PATH", "" if name == "config/config.yaml" else str(path))
        return path

    return write


def level() -> str:
    return load().observe.log_level


def test_the_deeper_name_wins_then_the_flat_one_then_the_file(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    written("observability:\n  log_level: ERROR\nserver: {host: 0.0.0.0, port: 8080}\n")
    assert level() == "error"
    base = load().base
    assert (base.server_host, base.server_port) == ("0.0.0.0", 8080)
    monkeypatch.setenv("LOG_LEVEL", "warning")
    assert level() == "warning"
    monkeypatch.setenv("OBSERVABILITY__LOG_LEVEL", "DEBUG")
    assert level() == "debug"
    for name in ("LOG_LEVEL", "OBSERVABILITY__LOG_LEVEL"):
        monkeypatch.setenv(name, "")
    assert level() == "error", "a name set to nothing counts as unset"


def test_a_secret_in_the_file_loses_against_its_twin(
    written: Written, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def token() -> str:
        found = load().observe.metrics_token
        return found.get_secret_value() if found else ""

    written("observability: {metrics_bearer_token: of the file}")
    assert token() == "of the file"
    (tmp_path / "secret").write_text("of the twin\n")
    monkeypatch.setenv("METRICS_BEARER_TOKEN_FILE", str(tmp_path / "secret"))
    assert token() == "of the twin"
    monkeypatch.setenv("METRICS_BEARER_TOKEN", "of the environment")
    assert token() == "of the environment"


def test_the_usual_place_is_read_unless_another_is_named(written: Written) -> None:
    written("observability: {log_level: error}", "config/config.yaml")
    assert level() == "error"
    written("observability: {log_level: debug}")
    assert level() == "debug"


def test_a_named_file_must_be_there_and_a_mapping(written: Written) -> None:
    path = written("- a list\n")
    with pytest.raises(SettingRefused, match="mapping"):
        load()
    path.write_text("server: {port: [1, 2\nhost: s3cret")
    with pytest.raises(SettingRefused, match=r"not YAML \(line 2") as refused:
        load()
    assert "s3cret" not in str(refused.value)
    path.unlink()
    with pytest.raises(SettingRefused, match="CONFIG_PATH"):
        load()


def test_an_empty_file_says_nothing(written: Written) -> None:
    written("# nothing yet\nserver:\n")
    assert load().base.server_port is None


def test_all_problems_are_told_together_by_their_paths(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    written("server: {port: 70000, prot: 1}\nsinging: {enabled: true}\nobservability: {log_level: loud}\n")
    monkeypatch.setenv("HARDENING__TRANSPORT__TRUST_ENVV", "1")
    with pytest.raises(SettingRefused) as refused:
        load()
    lines = sorted(line.partition(":")[0] for line in str(refused.value).splitlines())
    assert lines == [
        "hardening.transport.trust_envv",
        "observability.log_level (LOG_LEVEL)",
        "server.port (SERVER_PORT)",
        "server.prot",
        "singing.enabled",
    ]


@pytest.mark.parametrize("old", sorted(DEPRECATED))
def test_a_deprecated_name_counts_where_the_new_one_is_unset(
    old: str, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    written("")
    new, value = DEPRECATED[old], {"OBSERVABILITY_METRICS_ENABLED": "false", "ZAMMAD_URL": "https://z.example"}
    monkeypatch.setenv(
        old, value.get(old, "Europe/Berlin" if "ZONE" in old else "de_DE" if "LOC" in old else "compact")
    )
    if old == "ZAMMAD_URL":
        monkeypatch.setenv("ZAMMAD_API_TOKEN", "goes with the address")
    load()
    assert os.environ[new] == os.environ[old]
    monkeypatch.setenv(new, os.environ[new])
    said = CliRunner().invoke(app, ["archive", "show-deprecated"])
    assert f"{old} is deprecated: set {new} instead." in said.stdout


def test_a_new_name_wins_over_its_deprecated_one(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    written("")
    monkeypatch.setenv("OBSERVABILITY_METRICS_ENABLED", "true")
    monkeypatch.setenv("METRICS_ENABLED", "false")
    assert load().observe.metrics_enabled is False


def test_validate_config_says_yes_or_lists_what_is_wrong(written: Written) -> None:
    written("server: {port: 8080}")
    good = CliRunner().invoke(app, ["archive", "validate-config"])
    assert (good.exit_code, good.stdout) == (0, "Configuration is valid.\n")
    written("server: {port: 0}\nbad: 1")
    bad = CliRunner().invoke(app, ["archive", "validate-config"])
    assert bad.exit_code == 1 and "server.port" in bad.stderr and "bad:" in bad.stderr


def test_dump_config_shows_everything_but_secrets(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    written("observability: {metrics_bearer_token: canary-one}\nserver: {port: 8080}")
    monkeypatch.setenv("REDIS_URL", "redis://user:canary-two@cache.example/0")
    dumped = CliRunner().invoke(app, ["archive", "dump-config"])
    told = json.loads(dumped.stdout)
    assert told["observability"]["metrics_bearer_token"] == "[redacted]" and told["server"]["port"] == 8080
    assert "canary" not in dumped.stdout
    assert set(paths(told)) == {key.path for key in configuration_file.all_keys()}


def test_schema_and_example_are_in_step_and_complete(written: Written) -> None:
    assert configuration_file.SCHEMA.read_text(encoding="utf-8") == configuration_file.schema(), "run: make docs"
    example = configuration_file.EXAMPLE.read_text(encoding="utf-8")
    assert example == configuration_file.example(), "run: make docs"
    body = "\n".join(line.removeprefix("# ") for line in example.split("\n\n", 1)[1].splitlines())
    assert set(paths(yaml.safe_load(body))) == {key.path for key in configuration_file.all_keys()}
    written(body)
    assert isinstance(load(), Settings), "the defaults are valid together"


DOCUMENTED = Path(__file__).with_name("documented_settings.txt")
"""Keys and flat names that operators of the earlier archiver have in their files; - where there was none."""


def test_every_documented_key_and_name_is_read() -> None:
    known = {
        path: set(names_of(field, name))
        for group in GROUPS
        for name, field in group.model_fields.items()
        if (path := path_of(field, name))
    }
    pairs = [line.split() for line in DOCUMENTED.read_text("utf-8").splitlines()]
    assert [path for path, _ in pairs if path not in known] == []
    assert [flat for path, flat in pairs if flat not in {"-", *known.get(path, ())}] == []


def paths(section: dict[str, object], above: str = "") -> list[str]:
    """Every leaf of nested mappings."""
    found = []
    for name, value in section.items():
        found += paths(value, f"{above}{name}.") if isinstance(value, dict) else [f"{above}{name}"]
    return found


def test_reading_settings_declares_no_metric_and_loads_no_heavy_library() -> None:
    """A process shares its figures before it declares any; what it may need later costs nothing at its start."""
    heavy = {"prometheus_client", "pyhanko", "typst", "fastapi", "jinja2", "nh3", "PIL"}
    asked = f"import sys, waypost.settings; print(sorted({heavy!r} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_fields_own_name_is_no_name_of_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENABLED", "true")
    monkeypatch.setenv("RATE_LIMIT", "7")
    assert SigningSettings().enabled is False
    assert WebSettings().rate_limit == 120
