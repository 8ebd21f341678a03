"""Traces: whether they are recorded and why not, what is said about them, and what a house without them loads."""

import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from waypost.platform.observe import trace
from waypost.platform.observe.asked import summary
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.observe.tracing import Tracing, start, tracer

TOLD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def settings(**named: Any) -> ObserveSettings:
    """As the environment says them."""
    return ObserveSettings.model_validate(named)


def test_off_by_default_and_says_so() -> None:
    assert start(settings()) == Tracing(False, "disabled")


def test_an_empty_address_is_named() -> None:
    found = start(settings(ENABLE_OTEL_TRACING=True, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" "))
    assert (found.enabled, found.reason) == (False, "missing_endpoint")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waypost.platform.observe.tracing.find_spec", lambda _name: None)
    found = start(settings(ENABLE_OTEL_TRACING=True))
    assert (found.enabled, found.reason) == (False, "dependency_missing")


def test_it_is_switched_on_and_off_again() -> None:
    found = start(settings(ENABLE_OTEL_TRACING=True, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://127.0.0.1:1/v1/traces"))
    assert (found.enabled, found.reason) == (True, "enabled")
    with tracer().lasting("a request", TOLD, "server", (), {}) as span:
        assert trace.trace_id(span.traceparent) == trace.trace_id(TOLD) and span.traceparent != TOLD
    unsampled = tracer().begin("a job", TOLD[:-2] + "00", "consumer", (), {})
    assert unsampled.traceparent.endswith("-00")
    found.close()
    assert tracer().begin("a request", TOLD, "server", (), {}).traceparent == TOLD


def test_a_house_without_traces_loads_none_of_it() -> None:
    code = """
import sys
import waypost.main.web, waypost.main.worker
from waypost.platform.observe.settings import ObserveSettings
from waypost.platform.observe.tracing import start
assert start(ObserveSettings()).reason == "disabled"
heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "requests", "google")
print([name for name in sys.modules if name.startswith(heavy)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_headers_are_read_as_documented() -> None:
    found = settings(OTEL_EXPORTER_OTLP_HEADERS="Authorization=Basic eDo=, x-scope = acme,broken,=nameless,")
    assert found.otel_header_pairs == {"authorization": "Basic eDo=", "x-scope": "acme"}
    assert "eDo" not in repr(found)


def test_excluded_addresses_are_patterns() -> None:
    pattern = settings().otel_excluded
    assert pattern is not None and pattern.search("/healthz") and not pattern.search("/tickets")
    assert settings(OTEL_EXCLUDED_URLS=" ").otel_excluded is None
    for wrong in ({"OTEL_EXCLUDED_URLS": "("}, {"OTEL_TRACE_SAMPLE_RATIO": 1.5}):
        with pytest.raises(ValidationError):
            settings(**wrong)


@pytest.mark.parametrize(
    "said", [None, "", "00-0-0-01", "01" + TOLD[2:], TOLD.upper(), TOLD.replace("b7ad6b7169203331", "0" * 16)]
)
def test_what_is_no_traceparent_is_not_believed(said: str | None) -> None:
    assert trace.well_formed(said) is None
    assert trace.well_formed(TOLD) == TOLD


def test_a_fact_told_in_a_batch_belongs_to_the_job_with_its_id() -> None:
    first, second = trace.fresh(), trace.fresh()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", first)
    with trace.within(TOLD, {"a": first, "b": second}):
        assert trace.of_fact({"reason": "a", "occurrence_id": "b"}) == second
        assert trace.of_fact({"occurrence_id": "c"}) == TOLD
    assert trace.current() is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT a FROM tickets WHERE x = 'anna@client.example'", "SELECT tickets"),
        ("insert into jobs (a) values (%s)", "INSERT jobs"),
        ("UPDATE messages SET a = 1", "UPDATE messages"),
        ("with recursive p as (select 1 from jobs) select 1", "WITH jobs"),
        ("SET LOCAL x", "SET"),
    ],
)
def test_of_a_statement_only_verb_and_table_are_told(statement: str, said: str) -> None:
    assert summary(statement) == said
