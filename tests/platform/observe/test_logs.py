"""How a line looks, whoever writes it."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import psycopg
import pytest
import structlog
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from waypost.platform.observe.faults import described
from waypost.platform.observe.logs import configure, line

Setting = Callable[..., StringIO]


class Terminal(StringIO):
    """A stderr with somebody in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def logging_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """Sets up logging on a stderr of our own; what was set up before comes back afterwards."""
    root = logging.getLogger()
    before = (root.handlers, root.level)

    def setting(stderr: StringIO, level: str = "info", form: str = "auto") -> StringIO:
        monkeypatch.setattr(sys, "stderr", stderr)
        configure(level, form)
        return stderr

    yield setting
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_machines_get_one_sorted_json_object_a_line(logging_to: Setting) -> None:
    heard = logging_to(StringIO())
    with structlog.contextvars.bound_contextvars(request_id="abc-1"):
        line("waypost.tests").info("box.closed", box=7, by="carol@acme.example")
    [told] = [json.loads(each) for each in heard.getvalue().splitlines()]
    assert list(told) == sorted(told) and told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "box.closed",
        "box": 7,
        "by": "[mail]",
        "level": "info",
        "logger": "waypost.tests",
        "request_id": "abc-1",
    }


def test_people_get_something_to_read(logging_to: Setting) -> None:
    heard = logging_to(Terminal())
    line("waypost.tests").info("box.closed", by="carol@acme.example")
    assert "box.closed" in heard.getvalue() and not heard.getvalue().startswith("{")
    assert "carol" not in heard.getvalue()


def test_libraries_take_the_same_way(logging_to: Setting) -> None:
    heard = logging_to(StringIO())
    logging.getLogger("sqlalchemy.pool").warning("lost %s", "postgresql://app:pw@db/x")
    told = json.loads(heard.getvalue())
    assert (told["event"], told["level"]) == ("lost postgresql://[hidden]@db/x", "warning")
    assert told["logger"] == "sqlalchemy.pool"


def test_the_servers_own_access_lines_and_what_is_below_the_level_are_off(logging_to: Setting) -> None:
    heard = logging_to(StringIO(), "warning")
    logging.getLogger("uvicorn.access").info("GET /?q=carol")
    line("waypost.tests").info("box.closed")
    assert heard.getvalue() == ""


def test_an_exception_is_its_class_and_place(logging_to: Setting) -> None:
    heard = logging_to(StringIO())
    try:
        int("hunter2 of carol@acme.example")
    except ValueError as error:
        line("waypost.tests").error("box.broken", exc_info=error)
        logging.getLogger("uvicorn.error").exception("ASGI")
    ours, theirs = [json.loads(each)["fault"] for each in heard.getvalue().splitlines()]
    assert ours["error"] == theirs["error"] == "ValueError"
    assert ours["frames"][-1].startswith("platform/observe/test_logs.py:")
    assert "carol" not in heard.getvalue() and "Traceback" not in heard.getvalue()


class Box(BaseModel):
    """Something that refuses strings."""

    size: int


def failing_statement() -> None:
    driver = psycopg.errors.UniqueViolation("Key (email)=(carol@acme.example) already exists.")
    raise IntegrityError("insert into people values (%s)", {"email": "carol@acme.example"}, driver) from driver


def failing_box() -> None:
    Box.model_validate({"size": "hunter2"})


@pytest.mark.parametrize(
    ("fail", "error", "state"), [(failing_statement, "IntegrityError", "23505"), (failing_box, "ValidationError", None)]
)
def test_what_quotes_values_keeps_class_and_code_only(fail: Callable[[], None], error: str, state: str | None) -> None:
    with pytest.raises(Exception) as raised:
        fail()
    found = described(raised.value)
    assert (found["error"], found.get("sqlstate")) == (error, state)
    assert "message" not in found and "carol" not in str(found) and "hunter2" not in str(found)


def test_the_chain_of_causes_is_named_and_ends() -> None:
    first, second = KeyError("a"), ValueError("b")
    second.__cause__, first.__cause__ = first, second
    assert described(second)["cause"] == "KeyError < ValueError"
