"""The stages of the smoke test, in their order (sourcing.md 5.5). Each says what it proves and raises `Unwell`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from waypost.cli.smoking.ageing import ageing
from waypost.cli.smoking.caller import Caller, as_json, expect, position, until
from waypost.cli.smoking.line import Line, Silent
from waypost.cli.smoking.trial import LIMIT, RUNS, Trial
from waypost.platform.ids import new_id

START_SECONDS = 150.0


def answers(trial: Trial) -> None:
    """The API, the scraper and the pages answer."""
    place = trial.caller.place
    for address in (f"{place.api}/health/test", f"{place.worker}/health", f"{place.web}/health"):
        until(partial(_answers, trial, address), address, START_SECONDS)


def _answers(trial: Trial, address: str) -> bool:
    try:
        return trial.caller.line.ask("GET", address).status == 200
    except Silent:
        return False


def signs_in(trial: Trial) -> None:
    """A wrong password is refused, the right one opens."""
    caller = trial.caller
    with Line() as stranger:
        refused = Caller(caller.place, stranger).sign_in("something else entirely")
    expect(refused == 401, f"a wrong password was answered {refused}")
    expect(caller.sign_in(caller.place.password) == 200, "the owner cannot sign in")
    expect(caller.status("GET", "/me") == 200, "a signed-in person is not known")


def keeps_sessions(trial: Trial) -> None:
    """A session that was signed out opens nothing any more, nor does one that somebody made up."""
    caller = trial.caller
    with Line() as line:
        other = Caller(caller.place, line)
        expect(other.sign_in(caller.place.password) == 200, "the owner cannot sign in twice")
        spent = line.cookie
        for what, cookie in {"made up": f"{spent[:-6]}forged", "spent": spent}.items():
            if what == "spent":
                other.send("POST", "/auth/logout")
            status = line.ask("GET", f"{caller.place.api}/me", {"cookie": cookie}).status
            expect(status == 401, f"a session that is {what} was answered {status}")
    expect(caller.status("GET", "/me") == 200, "signing out elsewhere ended this session")


def figures(trial: Trial) -> None:
    """Figures have their documented parts; a stranger sees none of them."""
    told = trial.caller.send("GET", "/api/ops/metrics")
    missing = {"queue", "scrape", "callback", "lifecycle", "alerts"} - told.keys()
    expect(not missing, f"/api/ops/metrics lacks {', '.join(sorted(missing))}")
    with Line() as stranger:
        refused = Caller(trial.caller.place, stranger).status("GET", "/api/ops/metrics")
    expect(refused == 401, f"a stranger was answered {refused}")
    expect("items" in trial.caller.send("GET", RUNS), "the list of runs has no items")


def source(trial: Trial) -> None:
    """A source of one's own: recipe, permission, enabling."""
    name = f"Smoke {str(new_id())[-8:]}"
    own: dict[str, Any] = {"name": name, "adapter": "recipe", "recipe": trial.board.recipe}
    own |= {"hosts": ["127.0.0.1"], "listing_url": trial.board.listing, "interval_ms": 250}
    trial.source = trial.caller.send("POST", "/sourcing/sources", json=own)["key"]
    trial.caller.send("POST", f"/sourcing/sources/{trial.source}/permission", json={"note": "Our own board."})
    trial.caller.send("POST", f"/sourcing/sources/{trial.source}/enabling")


def schedule(trial: Trial) -> None:
    """A schedule is kept as it was sent; what is none is refused."""
    plan: dict[str, Any] = {
        "enabled": False,
        "cron": "0 6 * * 1-5",
        "timezone": "Europe/Warsaw",
        "source": trial.source,
        "limit": 5,
    }
    kept = trial.caller.send("PUT", "/api/job-sources/schedule", json=plan)
    read = trial.caller.send("GET", "/api/job-sources/schedule")
    expect(read["cron"] == plan["cron"] == kept["cron"], "the schedule was not kept")
    wrong = trial.caller.status("PUT", "/api/job-sources/schedule", json=plan | {"cron": "now and then"})
    expect(wrong == 400, f"a schedule that is none was answered {wrong}")


def profile(trial: Trial) -> None:
    """A profile, so that offers are scored."""
    stated = {"name": f"Smoke {trial.source}", "keywords": ["garden", "engineer"], "roles": ["engineer"]}
    trial.caller.send("POST", "/sourcing/profiles", json=stated)


def preflight(trial: Trial) -> None:
    """Nothing stands in the way."""
    told = trial.caller.send("GET", "/api/job-sources/preflight", params={"source": trial.source})
    expect(told["ready"], f"preflight: {told['blockers']}")


def fetches(trial: Trial) -> None:
    """The scraper reads the board, reports, and the run is complete."""
    trial.run_id = trial.enqueue()
    run = trial.ends(trial.run_id, "COMPLETED")
    expect(run["scrapedCount"] == LIMIT, f"{run['scrapedCount']} offers were read, not {LIMIT}")
    expect(len(trial.board.server.log) > LIMIT, "the board was not asked")


def shows(trial: Trial) -> None:
    """Its offers are seen in every mode, and may be worked with."""
    expect(trial.offers(trial.run_id) == LIMIT, f"{trial.offers(trial.run_id)} offers are seen, not {LIMIT}")
    for mode in ("strict", "approx"):
        expect(trial.offers(trial.run_id, mode) > 0, f"no offer is seen in mode {mode}")
    asked = {"mode": "explore", "sourceRunId": trial.run_id, "limit": "1"}
    first = trial.caller.send("GET", "/api/job-offers", params=asked)["items"][0]
    path = f"/api/job-offers/{first['id']}"
    trial.caller.send("PATCH", f"{path}/status", json={"status": "SAVED"})
    trial.caller.send("PATCH", f"{path}/meta", json={"notes": "Seen by the smoke test."})
    expect(trial.caller.send("GET", f"{path}/history")["total"] >= 2, "an offer's history lacks what was done")
    expect("matchScore" in trial.caller.send("POST", f"{path}/score"), "an offer was not scored")


def diagnoses(trial: Trial) -> None:
    """The run explains itself."""
    told = trial.caller.send("GET", f"{RUNS}/{trial.run_id}/diagnostics")
    expect(told["story"]["phase"] == "completed", f"its story says {told['story']['phase']}")
    expect(told["usefulness"]["status"] == "useful", f"its use is {told['usefulness']['status']}")
    expect(told["usefulness"]["candidateOffers"] == LIMIT, "its candidates are counted wrongly")
    expect(trial.caller.send("GET", f"{RUNS}/diagnostics/summary")["status"]["completed"] >= 1, "the summary lacks it")
    expect(trial.caller.send("GET", "/api/job-sources/sources/health"), "sources have no health")
    refused = trial.caller.status("POST", f"{RUNS}/{trial.run_id}/retry")
    expect(refused in (400, 409), f"a retry of a complete run was answered {refused}")


def refuses_forgery(trial: Trial) -> None:
    """A report without a signature, or changed after it was signed, is refused."""
    body = {"sourceRunId": trial.run_id, "source": trial.source, "jobs": [position(1, trial.run_id)]}
    path = f"{RUNS}/{trial.run_id}/offers/batch"
    for what, options in {"unsigned": {"signed": False}, "tampered": {"spoil": True}}.items():
        status = trial.caller.report(path, body, "INGEST", **options)
        expect(status == 401, f"a report that was {what} was answered {status}")


def keeps_what_came(trial: Trial) -> None:
    """Offers of a run that fails afterwards stay; a retry of it succeeds."""
    with trial.board.holding():
        run_id = trial.enqueue()
        trial.under_way(run_id)
        chunk = {"sourceRunId": run_id, "source": trial.source, "jobs": [position(n, run_id) for n in (1, 2)]}
        expect(trial.caller.report(f"{RUNS}/{run_id}/offers/batch", chunk, "INGEST") < 300, "a chunk was not taken")
        end = {"sourceRunId": run_id, "status": "FAILED", "error": "[network] smoke", "failureType": "network"}
        expect(trial.caller.report("/api/job-sources/complete", end, "FAILED") < 300, "the end was not taken")
        trial.ends(run_id, "FAILED")
        expect(trial.offers(run_id) == 2, "offers of a failed run are not seen")
    again = trial.caller.send("POST", f"{RUNS}/{run_id}/retry")
    expect(again["retriedFromRunId"] == run_id, "a retry does not name its run")
    trial.ends(again["sourceRunId"], "COMPLETED")


def replays(trial: Trial) -> None:
    """A report that an earlier scraper could not deliver is delivered by a replay."""
    folder = trial.caller.place.dead_letters
    expect(folder is not None, "WORKER_DEAD_LETTER_DIR is not known")
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    with trial.board.holding():
        run_id = trial.enqueue()
        trial.under_way(run_id)
        letter = folder / f"{run_id}-{run_id}-{int(time.time() * 1_000)}.json"
        letter.write_bytes(as_json(_letter(trial, run_id)))
        told = trial.caller.send("POST", "/api/ops/scrape/callbacks/replay")
        expect(told["sent"] >= 1 and not told["failed"], f"the replay sent {told['sent']}, failed {told['failed']}")
        trial.ends(run_id, "COMPLETED")
        expect(not letter.exists(), "the letter is still there")
        expect(trial.offers(run_id) == 1, "its offer is not seen")


def _letter(trial: Trial, run_id: str) -> dict[str, Any]:
    jobs = [position(7, run_id)]
    payload = {"sourceRunId": run_id, "source": trial.source, "status": "COMPLETED", "scrapedCount": 1, "jobs": jobs}
    return {
        "callbackUrl": f"{trial.caller.place.api}/api/job-sources/complete",
        "requestId": str(new_id()),
        "payload": payload | {"eventId": str(new_id()), "totalFound": 1},
        "reason": "smoke",
        "createdAt": datetime.now(UTC).isoformat(),
    }


def waits_its_turn(trial: Trial) -> None:
    """With one task under way and one waiting a third is put off, and handed over later."""
    with trial.board.holding():
        runs = [trial.enqueue(limit=limit) for limit in (1, 2, 3)]
        until(lambda: any(_was_deferred(trial, run_id) for run_id in runs), "a full queue's answer 429")
    for run_id in runs:
        trial.ends(run_id, "COMPLETED")


def _was_deferred(trial: Trial, run_id: str) -> bool:
    return "worker_dispatch_deferred" in trial.log_of(run_id)


def falls_silent(trial: Trial) -> None:
    """A run of which nothing is heard is given up, and opened again by the result that comes late."""
    refused = trial.caller.status("POST", "/api/ops/reconcile-stale-runs")
    expect(refused == 403, f"the internal door answered {refused} to somebody without its token")
    with trial.board.holding():
        run_id = trial.enqueue(limit=4)
        trial.under_way(run_id)
        with ageing(trial.caller.place.data) as age:
            until(partial(_given_up, trial, run_id, age), f"the end of run {run_id} by the watchdog")
        run = trial.run(run_id)
        expect((run["status"], run["failureType"]) == ("FAILED", "timeout"), f"it is {run['status']}")
    until(lambda: trial.run(run_id)["status"] == "COMPLETED", f"the late result of run {run_id}")


def _given_up(trial: Trial, run_id: str, age: Callable[[str], None]) -> bool:
    """Its scraper lives, and speaks each second: between two words it is as old as we made it."""
    age(run_id)
    told: dict[str, Any] = trial.caller.send("POST", f"/api/ops/scrape/runs/{run_id}/reconcile")
    return bool(told["reconciled"]) or told.get("reason") == "already-finalized"


def supports(trial: Trial) -> None:
    """Operators find it."""
    expect(trial.caller.send("GET", "/api/ops/support/overview"), "there is no overview")
    person = trial.caller.send("GET", "/me")["user"]["id"]
    expect(trial.caller.send("GET", f"/api/ops/support/users/{person}"), "there is no bundle of a person")
    expect(trial.caller.send("GET", f"/api/ops/support/scrape-runs/{trial.run_id}"), "there is no bundle of a run")


def triggers(trial: Trial) -> None:
    """The schedule, now."""
    plan = {"enabled": True, "cron": "0 6 1 1 *", "source": trial.source, "limit": 2}
    trial.caller.send("PUT", "/api/job-sources/schedule", json=plan)
    made = trial.caller.send("POST", "/api/job-sources/schedule/trigger-now")
    trial.ends(made["sourceRunId"], "COMPLETED")


STAGES: tuple[Callable[[Trial], None], ...] = (
    answers,
    signs_in,
    keeps_sessions,
    figures,
    source,
    schedule,
    profile,
    preflight,
    fetches,
    shows,
    diagnoses,
    refuses_forgery,
    keeps_what_came,
    replays,
    waits_its_turn,
    falls_silent,
    supports,
    triggers,
)
BY_HAND = frozenset({refuses_forgery, keeps_what_came, replays})
"""These report by hand, and need the signing secret (SMOKE_FORCE_CALLBACK)."""
OWN_HOUSE: dict[Callable[[Trial], None], str] = {
    waits_its_turn: "the queue of this scraper is not ours to fill",
    falls_silent: "the database of this deployment is not ours to change",
}
"""Only for a deployment of the test's own, and why."""
