"""What `waypost archive explain` says, from rows alone."""

from datetime import UTC, datetime

from waypost.archive.requests.explaining import explained, next_act
from waypost.archive.requests.models import ArchiveRequest, State

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def request(state: State, **values: object) -> ArchiveRequest:
    """One of today."""
    usual = {"created_at": NOW, "forced": False, "settle_due": False, "attempts": 0}
    return ArchiveRequest(**{**usual, "state": state, **values})


def test_each_end_has_a_sentence_and_an_act() -> None:
    skipped = request(State.SKIPPED, skipped_because="not_triggered")
    assert "trigger tag is missing" in explained(skipped, NOW) and "force=true" in next_act([skipped])
    told = {"error_step": "gather", "error": "NoPath: none", "error_code": "missing_archive_path"}
    failed = request(State.FAILED_PERMANENT, error_action="Correct the fields.", **told)
    assert "failed at step gather" in explained(failed, NOW) and next_act([failed]) == "Correct the fields."
    kept = {"kept_at": NOW, "version_number": 2, "settle_due": True, "settle_error": "Forbidden"}
    unsettled = request(State.ARCHIVED, **kept)
    assert "version 2" in explained(unsettled, NOW) and "Forbidden" in explained(unsettled, NOW)
    assert "Nothing is lost" in next_act([unsettled])
    waits = request(State.RUNNING, next_run_at=NOW, attempts=2, **told)
    assert "try 2 failed" in explained(waits, NOW) and next_act([waits]) == "Nothing to do."
    assert "POST /retry" in next_act([])
