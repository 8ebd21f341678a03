"""The printed flows are the code's."""

from tests.cli.conftest import Waypost
from waypost.platform.jobs import declared, scheduled


def test_every_job_is_named(waypost: Waypost) -> None:
    tree = waypost("flow").out
    picture = waypost("flow", "--mermaid").out
    jobs = {*declared(), *scheduled()}
    assert "occurrence_parse" in jobs
    assert [job for job in jobs if job not in tree or job not in picture] == []


def test_who_tells_is_found_in_the_source(waypost: Waypost) -> None:
    lines = waypost("flow").out.splitlines()
    at = lines.index("OccurrenceParsed   told by ticketing/intake, ticketing/routing")
    assert lines[at + 1].startswith("  └─ occurrence_stitch   ticketing/tickets, queue mail")
