"""What the stages of the smoke test share: a caller, the board, a source, and runs that are waited for."""

from dataclasses import dataclass
from typing import Any

from waypost.cli.smoking.board import Board
from waypost.cli.smoking.caller import Caller, expect, until
from waypost.cli.smoking.house import Unwell

RUNS = "/api/job-sources/runs"
LIMIT = 6


@dataclass(slots=True)
class Trial:
    """What a stage finds: the caller, the board, the source, and the run that went well."""

    caller: Caller
    board: Board
    source: str = ""
    run_id: str = ""

    def enqueue(self, **more: Any) -> str:
        """Wish for a run of the board."""
        ask = {"source": self.source, "listingUrl": self.board.listing, "limit": LIMIT, "forceRefresh": True, **more}
        made: dict[str, Any] = self.caller.send("POST", "/api/job-sources/scrape", json=ask)
        expect(made["status"] == "accepted", f"the run was {made['status']}, not accepted")
        return str(made["sourceRunId"])

    def run(self, run_id: str) -> dict[str, Any]:
        """The run as it stands."""
        found: dict[str, Any] = self.caller.send("GET", f"{RUNS}/{run_id}")
        return found

    def ends(self, run_id: str, status: str) -> dict[str, Any]:
        """Wait for its end."""

        def ended() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["status"] in ("COMPLETED", "FAILED", "CANCELLED") else None

        try:
            run = until(ended, f"the end of run {run_id}")
        except Unwell as late:
            raise Unwell(f"{late}; it is {self.run(run_id)['status']}, its log says {self.log_of(run_id)}") from late
        expect(run["status"] == status, f"run {run_id} ended {run['status']}, not {status}: {run.get('error')}")
        return run

    def log_of(self, run_id: str) -> str:
        """Its events, the newest first."""
        events = self.caller.send("GET", f"{RUNS}/{run_id}/events")["items"]
        return ", ".join(str(each.get("eventType") or each.get("event_type")) for each in events)

    def under_way(self, run_id: str) -> None:
        """Wait until the scraper has it in hand."""
        until(lambda: self.run(run_id)["status"] == "RUNNING", f"the scraper's first sign of life for {run_id}")

    def offers(self, run_id: str, mode: str = "explore") -> int:
        """How many offers of the run its person sees."""
        found = self.caller.send("GET", "/api/job-offers", params={"mode": mode, "sourceRunId": run_id, "limit": 100})
        return int(found["total"])
