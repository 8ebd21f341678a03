"""Reasons of automatic decisions in the reader's language: no sentence that a decision can store stays English."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import escape

import waypost
from waypost.platform.ids import new_id
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.rearranging import planning
from waypost.ticketing.routing import allowlist
from waypost.ticketing.routing.deciding import Acts, Asked, Rule, Ruleset, Verdict
from waypost.ticketing.routing.dropping import QUICKER
from waypost.ticketing.routing.telling import explained
from waypost.ticketing.tickets import senders, settled, stitching

PEOPLES = Asked("help@acme.example", "anna@client.example")


def because(**values: Any) -> Any:
    """The macros, with a gettext that marks what it was asked for."""
    env = Environment(loader=FileSystemLoader(Path(waypost.__file__).parent), autoescape=True)
    env.globals["_"] = lambda words, **named: escape("«") + words % named + "»"
    return env.get_template("ticketing/tickets/because.html").make_module(values)


def unworded(said: str) -> str:
    """What of a sentence was not looked up in the catalogue."""
    return re.sub("«[^«»]*»", "", str(because().because(said))).strip(" ,;")


def sentences(source: ModuleType) -> Iterator[str]:
    """Every sentence that a module's code may store, names filled with a 7."""
    tree = ast.parse(inspect.getsource(source))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (alone | inside):
            yield node.value


def rule(**values: Any) -> Rule:
    plain = {"recipient": None, "sender_domain": None, "sender_email": None, "direction": None, "acts": Acts()}
    return Rule(new_id(), "R; or not", 1, **plain | values)


def verdicts() -> Iterator[tuple[Verdict, Asked]]:
    """One of every kind."""
    open_, closed = allowlist.allowlist([], []), allowlist.allowlist([], ["*@other.example"])
    listed, own = allowlist.allowlist([], ["*@acme.example"]), allowlist.allowlist(["help@acme.example"], [])
    rules = (
        rule(recipient="x@*"),
        rule(sender_domain="x.*"),
        rule(sender_email="x@*"),
        rule(direction=Direction.OUTBOUND),
        rule(note="its queue is archived; its assignee has left"),
    )
    drops = (rule(acts=Acts(drop=True)),)
    for allowed in (open_, closed, listed, own):
        for made in (rules, drops, ()):
            yield Ruleset.of(allowed, made).decide(PEOPLES), PEOPLES
    ours, brought = Asked("a@b.example", None, Direction.OUTBOUND), Asked(None, None, imported=True)
    for asked in (ours, brought, Asked(None, None, kept=True)):
        yield Ruleset.of(closed, drops).decide(asked), asked


@pytest.mark.parametrize("source", [stitching, senders, settled])
def test_what_stitching_stores_is_worded(source: ModuleType) -> None:
    found = [said for said in sentences(source) if " " in said]
    assert found
    for said in found:
        assert not unworded(f"a forward{said}" if said[0] in ",;" else said), said


def test_what_routing_stores_is_worded() -> None:
    every = list(verdicts())
    assert {verdict.outcome for verdict, _ in every} == {"left_alone", "spam", "accepted", "dropped"}
    for verdict, asked in every:
        kept = [
            verdict.reason,
            verdict.summary,
            f"{QUICKER}, {verdict.summary}",
            *(one.because for one in verdict.trace),
        ]
        assert [unworded(said) for said in kept] == [""] * len(kept), kept
        plain = re.sub("[«»]", "", str(because().verdict_said(verdict, asked)))
        assert plain == escape(explained(verdict, asked)), "pages and programs are told the same"


def test_what_is_not_known_is_shown_as_it_stands_and_safely() -> None:
    assert unworded("a sentence of <b>long</b> ago") == "a sentence of &lt;b&gt;long&lt;/b&gt; ago"
    assert str(because().because("rule <b>")) == "«rule &lt;b&gt;»"
    assert not unworded(str(planning.BY_HAND["evidence"])) and str(because().because("")) == ""
