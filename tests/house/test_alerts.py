"""Alert rules: their own tests by promtool where it is installed, and what can be held without it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ops" / "prometheus"
ALERT, LEVEL = re.compile(r"- alert: (\w+)"), re.compile(r"labels: \{level: (page|ticket)\}")
SAYS = ("summary", "effect", "query", "action", "confirm", "runbook")
"""Meaning, effect on people, what to ask first, a safe act, how to see that it helped, where more stands."""


def rules() -> dict[str, str]:
    """The text of every rule by its name."""
    parts = ALERT.split((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_rules_fire_when_they_should() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (apt-get install prometheus)")
    command = [promtool, "test", "rules", "alerts_test.yml"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_says_whom_it_wakes_and_what_to_do() -> None:
    for name, text in rules().items():
        assert LEVEL.search(text), name
        said = dict(re.findall(r"^          (\w+): (.+)$", text, re.MULTILINE))
        assert tuple(said) == SAYS, (name, set(SAYS) ^ set(said))
        file, _, heading = said["runbook"].partition("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}, name
    assert len(rules()) == len(ALERT.findall((FOLDER / "alerts.yml").read_text(encoding="utf-8")))


def test_ratios_are_silent_without_volume() -> None:
    ratios = {name: text for name, text in rules().items() if re.search(r"\) / sum\(", text)}
    assert len(ratios) >= 4
    assert [name for name, text in ratios.items() if "increase(" not in text] == []


def test_every_rule_is_tried() -> None:
    """Once so that it fires: `exp_labels` stands below its name."""
    text = (FOLDER / "alerts_test.yml").read_text(encoding="utf-8")
    fires = set(re.findall(r"alertname: (\w+)\n +exp_alerts:\n +- exp_labels", text))
    assert fires == rules().keys(), fires ^ rules().keys()


def test_every_rule_is_explained() -> None:
    text = (ROOT / "docs" / "runbook_monitoring.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (Waypost\w+) \|", text, re.MULTILINE)) == rules().keys()
