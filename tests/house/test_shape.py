"""Names, sizes and imports: what a reader may rely on in every corner of the house."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.house.sources import CHECKOUT, PACKAGE, Function, product, sources

EXTENDS = re.compile(r'{% extends "([^"]+)"')
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 150
SHIPPED = {"scripts/ops/waypost-verify.py": 400}
"""Tools that people take with them as one file."""
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "services", "service", "core", "misc", "base", "managers"}
FEATURE = {"pages.py", "models.py"}
NETWORK = {"httpx2", "httpx", "requests", "urllib3", "aiohttp", "urllib.request"}
NETWORK |= {"smtplib", "aiosmtplib", "imaplib", "imapclient"}
WAYS_OUT = {
    "src/waypost/platform/http/client.py",
    "src/waypost/ticketing/mailboxes/imap.py",
    "src/waypost/ticketing/outbound/smtp.py",
}
"""The only three: HTTP, IMAP (pinned to an address that `platform/http` has checked), and the operator's mail relay."""
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|# no" + "qa|pragma: no cover")
BARE_IGNORE = re.compile(r"#\s*type: ignore(?!\[)")
SESSION_WIDE = re.compile(r"^\n*set\s+(session\s+)?(?!local\b|null\b|default\b)[a-z_.]+\s*(=|to)\s", re.IGNORECASE)


def test_files_stay_readable() -> None:
    found = {s.name: n for s in sources() if (n := s.text.count("\n")) > SHIPPED.get(s.name, FILE_LINES)}
    assert found == {}


def test_functions_stay_readable() -> None:
    lengths = [(s, f, (f.end_lineno or f.lineno) - f.lineno + 1) for s in sources() for f in s.functions()]
    assert [f"{s.at(f)} {f.name} {length}" for s, f, length in lengths if length > FUNCTION_LINES] == []


def test_templates_stay_readable() -> None:
    found = [path for path in PACKAGE.rglob("*.html") if path.read_text("utf-8").count("\n") > TEMPLATE_LINES]
    assert found == []


def test_who_opens_one_thing_of_a_list_sees_it_on_a_narrow_window_too() -> None:
    pages = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.html")}
    above = {name: found[1] for name, text in pages.items() if (found := EXTENDS.search(text))}
    inside = [name for name, parent in above.items() if "{% block list %}" in pages.get(parent, "")]
    assert len(inside) > 2
    assert [name for name in inside if "{% set focus = " not in pages[name]] == []


def test_nothing_is_called_what_everything_could_be_called() -> None:
    parts = {part: path for path in PACKAGE.rglob("*") for part in (path.name, path.stem)}
    assert {str(parts[name]) for name in NO_NAMES & parts.keys() if parts[name].suffix != ".html"} == set()


def test_a_feature_is_a_folder_with_nothing_in_its_front() -> None:
    features = {source.path.parent for source in product() if source.path.name in FEATURE}
    for source in product():
        if source.path.name == "__init__.py" and source.path.parent in features:
            inside = [type(node) for node in source.tree.body[1:]]
            assert set(inside) <= {ast.ImportFrom, ast.Assign}, source.name


def test_everything_says_what_it_is_for() -> None:
    silent = [source.name for source in product() if not ast.get_docstring(source.tree)]
    for source in product():
        named = [node for node in source.tree.body if isinstance(node, ast.ClassDef | Function)]
        silent += [source.at(n) for n in named if not n.name.startswith("_") and not ast.get_docstring(n)]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    mine = Path(__file__)
    texts = {s.name: s.text for s in sources() if s.path != mine}
    assert [name for name, text in texts.items() if LEFTOVERS.search(text)] == []
    assert [name for name, text in texts.items() if BARE_IGNORE.search(text)] == []


def test_imports_run_the_way_the_data_runs() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nobody_commits_but_the_door() -> None:
    found = [s.at(call) for s in product() for call in s.calls_of("commit")]
    allowed = ("src/waypost/platform/jobs/engine.py", "src/waypost/platform/schema/migrate.py")
    assert [place for place in found if not place.startswith(allowed)] == []


def test_no_query_names_the_organisation() -> None:
    """Row security adds it; a join may only say that both sides have the same one."""
    found = [source.at(call) for source in product() for call in source.calls_of("filter_by")]
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Compare) and not source.name.startswith("src/waypost/platform/web/"):
                sides = [node.left, *node.comparators]
                about = [isinstance(side, ast.Attribute) and side.attr == "org_id" for side in sides]
                found += [source.at(node)] if any(about) and not all(about) else []
    assert found == []


def test_nothing_is_set_for_a_whole_session() -> None:
    """Behind a pooler it would leak to the next user; the queue's own engine is never pooled that way."""
    strings = [
        (source, node)
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SESSION_WIDE.search(node.value)
    ]
    found = [source.at(node) for source, node in strings]
    assert [place for place in found if not place.startswith("src/waypost/platform/jobs/engine.py")] == []


def test_all_calls_leave_the_house_by_one_way() -> None:
    found = {source.name for source in product() for name in source.imports() if is_network(name)}
    assert found == WAYS_OUT


def is_network(module: str) -> bool:
    """Whether a module talks to others by itself."""
    return any(module == name or module.startswith(f"{name}.") for name in NETWORK)
