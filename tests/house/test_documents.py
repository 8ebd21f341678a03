"""Documents are held to the code: what they name exists, what they quote runs, what they link to is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from typer.main import get_command
from typer.testing import CliRunner

import waypost.main.web
import waypost.main.worker
from scripts import configuration
from waypost.cli.app import app
from waypost.platform.schema.security import APP, BACKUP, OWNER, SEARCH, WORKER

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/**/*.md")])
PACKAGING = [
    ROOT / name for name in (".env.example", "compose.yaml", "compose.archiver.yaml", "Dockerfile", "Makefile")
]
OPERATIONS = sorted(path for path in ROOT.glob("ops/**/*") if path.is_file())
ALERTS = ROOT / "ops" / "prometheus" / "alerts.yml"
MONITORING = ROOT / "docs" / "runbook_monitoring.md"

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
COMMAND = re.compile(r"(?:^|[\s`/])waypost +([a-z]+(?![\w./])(?: +[^\s`|;&#]+)*)")
SQL = re.compile(r"```sql\n.*?```", re.DOTALL)
TARGET = re.compile(r"`make ([a-z-]+)`|^(?:sudo )?make ([a-z-]+)|&& sudo make ([a-z-]+)", re.MULTILINE)
METRIC = re.compile(r"\b((?:waypost_jobs|waypost_rate_limit|oss_http)_[a-z_]+)")
FOG = r"seamless|world-class|cutting-edge|powerful|leverag|utili[sz]e|blazing|effortless|game-chang|state-of-the-art"
UNFINISHED = r"\bTODO\b|\bFIXME\b|\bXXX\b|\bTBD\b|lorem ipsum"
EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]"
NOT_SAID = re.compile(rf"(?i:{FOG}|{UNFINISHED})|{EMOJI}|/home/[a-z]+|/Users/[A-Z]|\bissue #?\d|(?<![\w&/])#\d+\b")


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_reference_of_settings_is_fresh() -> None:
    assert configuration.TARGET.read_text(encoding="utf-8") == configuration.document(), "run: make docs"


@pytest.mark.parametrize("path", [ROOT / ".env.example", *(ROOT / "ops" / "systemd").glob("*.env")], ids=told)
def test_every_name_in_an_environment_file_is_a_setting(path: Path) -> None:
    named = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) > 5
    assert set(named) <= configuration.names() | wanted_by_compose() | wanted_by_compose("compose.archiver.yaml")


def test_what_compose_asks_for_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    missing = [name for name in wanted_by_compose() if not re.search(rf"^#?{name}=", example, re.MULTILINE)]
    assert missing == []


def test_what_the_archivers_compose_asks_for_is_in_its_environment() -> None:
    example = (ROOT / "ops" / "systemd" / "zammad-archiver.env").read_text(encoding="utf-8")
    asked = wanted_by_compose("compose.archiver.yaml")
    assert asked and [name for name in asked if not re.search(rf"^#?{name}=", example, re.MULTILINE)] == []


def wanted_by_compose(name: str = "compose.yaml") -> set[str]:
    return set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PAGES, ids=told)
def test_links_lead_somewhere(path: Path) -> None:
    for found in LINK.finditer(path.read_text(encoding="utf-8")):
        place, _, anchor = (found[1] or found[2]).partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        target = (path.parent / place) if place else path
        assert target.exists(), f"{place} is not there"
        assert not anchor or anchor in headings(target), f"{target.name} has no paragraph {anchor}"


def headings(page: Path) -> set[str]:
    """The anchors of a page as renderers make them from its headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def quoted_commands() -> Iterator[tuple[str, str]]:
    """Each `waypost …` line of pages and operations files with the file's name; split lines are joined."""
    for path in [*PAGES, *OPERATIONS]:
        text = SQL.sub("", path.read_text(encoding="utf-8")).replace("\\\n", " ")
        for line in text.splitlines():
            for found in COMMAND.finditer(line):
                if not line[: found.start()].endswith(("-u", "stop", "start", "restart")):
                    yield told(path), found[1]


def test_quoted_commands_exist_with_their_options() -> None:
    seen = sorted({(words, path) for path, words in quoted_commands()})
    assert len(seen) > 20
    for words, path in seen:
        command, way, rest = resolved(words.split())
        options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
        given = {word.partition("=")[0] for word in rest if word.startswith("--")} - {"--help"}
        assert given <= options, f"{path}: waypost {words}"
        assert way, f"{path}: waypost {words}"


def resolved(words: list[str]) -> tuple[Any, list[str], list[str]]:
    """The command that the words lead to, the way there, and what is left."""
    command: Any = get_command(app)
    way: list[str] = []
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words[0]]
        way, words = [*way, words[0]], words[1:]
    return command, way, words


def test_every_quoted_command_has_help() -> None:
    ways = {tuple(resolved(words.split())[1]) for _, words in quoted_commands()}
    for way in sorted(ways):
        answer = CliRunner().invoke(app, [*way, "--help"])
        assert answer.exit_code == 0, way


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {next(filter(None, found)) for path in PAGES for found in TARGET.findall(path.read_text(encoding="utf-8"))}
    assert {"demo", "test", "check"} <= named <= targets


@pytest.mark.parametrize("path", [*PAGES, *PACKAGING, *OPERATIONS], ids=told)
def test_nothing_unfinished_foggy_or_private_is_said(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not (found := NOT_SAID.search(text)), found
    assert str(ROOT) not in text


def exposed_metrics() -> set[str]:
    """Every series that this product can show, by its full name."""
    assert waypost.main.web and waypost.main.worker  # importing them declares the metrics of all parts
    kinds = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count", ""), "gauge": ("",)}
    return {family.name + ending for family in REGISTRY.collect() for ending in kinds.get(family.type, ())}


@pytest.mark.parametrize("path", [ALERTS, MONITORING], ids=told)
def test_named_metrics_exist(path: Path) -> None:
    named = set(METRIC.findall(path.read_text(encoding="utf-8")))
    assert len(named) > 5
    assert named <= exposed_metrics()


def test_alerts_are_explained_and_lead_to_help() -> None:
    rules = ALERTS.read_text(encoding="utf-8")
    alerts = re.findall(r"alert: (\w+)", rules)
    assert sorted(alerts) == sorted(re.findall(r"^\| (Waypost\w+) \|", MONITORING.read_text(), re.MULTILINE))
    places = [place.partition("#") for place in re.findall(r"runbook: (\S+)", rules)]
    assert len(places) == len(alerts)
    assert all(anchor in headings(ROOT / page) for page, _, anchor in places)


def test_the_documented_roles_are_those_of_the_schema() -> None:
    sql = (ROOT / "docs" / "self-hosting.md").read_text(encoding="utf-8")
    made = set(re.findall(r"^create role (\w+)", sql, re.MULTILINE))
    assert made == {APP, WORKER, SEARCH, BACKUP, OWNER, "waypost_migrator"}


def test_pictures_are_small_and_shown_ones_are_there() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "screens").glob("*.png")}
    assert {"inbox-light.png", "ticket-light.png", "ticket-dark.png"} <= set(sizes)
    assert [name for name, size in sizes.items() if size > 150_000] == []


def test_each_decision_is_in_the_list_and_fits_a_screen() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    listed = re.findall(r"\]\((0\d+-[a-z-]+\.md)\)", (ROOT / "docs" / "adr" / "README.md").read_text())
    assert [record.name for record in records] == listed
    assert [record.name for record in records if len(record.read_text().splitlines()) > 50] == []
