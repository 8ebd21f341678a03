"""What is written down of a case beside its pages: the books inside its document, the lines of the log."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from structlog.testing import capture_logs

from tests.archive.requests.archiving import Archiving
from tests.archive.sealing.cases import embedded
from waypost.archive.requests.looks import Looks
from waypost.platform.access import Actor

pytestmark = [pytest.mark.anyio, pytest.mark.turns("an archive at work", 5)]


async def test_the_document_holds_what_the_books_say_of_its_case(archiving: Archiving, alice: Actor) -> None:
    await archiving.ask()
    await archiving.work()
    archiving.paper.articles["1"].append("It is dry now.")
    await archiving.ask(forced=True, reason="The auditor asks for it.", actor=alice)
    await archiving.work()
    first, second = sorted(name for name in archiving.files() if name.endswith(".pdf"))
    books = [json.loads(embedded((archiving.root / name).read_bytes())["audit.json"]) for name in (first, second)]
    assert [line["act"] for line in books[0]] == ["archive.request.made", "archive.request.begun"]
    said = {line["act"]: line for line in books[1]}
    assert said["archive.request.forced"]["actor"] == f"person:{alice.person_id}"
    assert said["archive.request.forced"]["detail"]["detail"]["reason"] == "The auditor asks for it."
    digest = sha256((archiving.root / first).read_bytes()).hexdigest()
    assert said["archive.version.reserved"]["detail"] | {"leaf": ""} == {
        "version": 1,
        "sha256": digest,
        "log_position": 0,
        "leaf": "",
    }
    assert [line["at"] for line in books[1]] == sorted(line["at"] for line in books[1])


async def test_what_a_limit_leaves_out_is_said_in_the_log(archiving: Archiving) -> None:
    looks = archiving.house.parts.of(Looks)
    capped = replace(looks.environment, max_articles=1, limit_mode="cap_and_continue")
    archiving.house.parts.add(replace(looks, environment=capped))
    archiving.paper.articles["1"] = ["The cellar is wet.", "It is dry now."]
    await archiving.ask()
    with capture_logs() as lines:
        await archiving.work()
    (line,) = [one for one in lines if one["event"] == "process_ticket.article_limit_capped"]
    assert (line["articles"], line["limit"], line["ticket_id"]) == (2, 1, "1")
