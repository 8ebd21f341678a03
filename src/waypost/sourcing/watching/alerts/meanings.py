"""What each rule means: for whoever is woken by it. Paragraphs stand in `docs/runbook_sourcing.md`."""

from dataclasses import dataclass

_ = str
"""Marks a sentence for the catalogue; it is translated where it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`title` and the five answers that an alert owes; `place` is the runbook's paragraph, `look` the first page."""

    title: str
    means: str
    effect: str
    first: str
    safe: str
    confirm: str
    place: str
    look: str
    unit: str = "share"
    """Of the value: a `share`, or `hours`."""


MEANINGS: dict[str, Meaning] = {
    "heartbeat_stale": Meaning(
        title=_("Runs have gone silent"),
        means=_("More than the allowed share of running runs has not been heard of for two minutes."),
        effect=_("People wait for runs that may never end; the watchdog gives them up after five minutes."),
        first=_("Look at the scraper: does it answer, is it draining, is its queue full?"),
        safe=_("Start the scraper again: what it had begun goes on where it stopped."),
        confirm=_("The share falls as heartbeats arrive, within a minute."),
        place="runs-have-gone-silent",
        look="/sourcing/worker",
    ),
    "callback_failed": Meaning(
        title=_("Many runs report failure"),
        means=_("More than the allowed share of reported ends says FAILED."),
        effect=_("Offers do not come; retries cost budget of hosts."),
        first=_("Group the failures by type and code: one source, or all of them?"),
        safe=_("Pause the source that fails; others go on."),
        confirm=_("New ends report COMPLETED; the share falls as the window moves on."),
        place="many-runs-report-failure",
        look="/sourcing/runs?status=FAILED",
    ),
    "retry_success": Meaning(
        title=_("Retries do not help"),
        means=_("Fewer retries complete than should: the cause is no accident."),
        effect=_("People retry in vain."),
        first=_("Compare a retry with its original: same failure, same phase?"),
        safe=_("Stop retrying that source; look at its recipe with the preview."),
        confirm=_("A retry of one failed run completes."),
        place="retries-do-not-help",
        look="/sourcing/runs?status=FAILED",
    ),
    "run_success": Meaning(
        title=_("Too few runs complete"),
        means=_("Fewer fresh runs complete than promised."),
        effect=_("New offers are missing; the monthly allowance of failures is being used up."),
        first=_("Which source, and since when? The health table of the sources says it."),
        safe=_("Pause what is broken; reuse and rematch still serve people from the catalogue."),
        confirm=_("The share rises above the threshold and stays there as long as it was below."),
        place="too-few-runs-complete",
        look="/sourcing/sources",
    ),
    "drift": Meaning(
        title=_("A source has changed its pages"),
        means=_("A field that this source used to fill is often missing in new offers."),
        effect=_("Scores and filters that need the field are worse; offers are still kept."),
        first=_("Open the preview of the source: which selector or format gave the field, and gives nothing now?"),
        safe=_("Correct the recipe; stored pages can be read again without fetching."),
        confirm=_("New offers fill the field again."),
        place="a-source-has-changed-its-pages",
        look="/sourcing/sources",
    ),
    "zero_yield": Meaning(
        title=_("A source brings nothing"),
        means=_("The last runs of this source all completed without a single offer."),
        effect=_("New positions of this source are missed."),
        first=_("Open the listing in a browser: are there positions? Then open the preview."),
        safe=_("Correct the recipe or the filters; nothing that is kept is in danger."),
        confirm=_("A run of the source brings offers."),
        place="a-source-brings-nothing",
        look="/sourcing/sources",
    ),
    "silence": Meaning(
        title=_("A planned source is silent"),
        means=_("A schedule exists, and no run of the source has ended for longer than allowed."),
        effect=_("New positions of this source are missed."),
        first=_("Is the schedule due, is the source paused, does the scraper take tasks?"),
        safe=_("Start one run by hand; it shows where it stops."),
        confirm=_("A run of the source ends."),
        place="a-planned-source-is-silent",
        look="/sourcing/schedules",
        unit="hours",
    ),
}

INFORMATIONAL: dict[str, tuple[str, str]] = {
    "staleRuns": (_("Runs without a sign of life"), _("Runs were silent, or were given up by the watchdog.")),
    "callbackDeadLetters": (_("Callbacks not delivered"), _("The scraper could not deliver what it found.")),
    "incrementalIngestDeadLetters": (_("Chunks of offers not delivered"), _("Offers wait in the scraper's spool.")),
    "sourceDegradation": (_("Runs of poor quality"), _("Some runs found less than they should.")),
    "scheduleEnqueueFailures": (_("Planned runs not started"), _("The clock could not start a run.")),
    "reminderDeliveryFailures": (_("Reminders not delivered"), _("A follow-up was due and nobody was told.")),
    "careerProfileGenerationFailures": (_("Search profiles not ready"), _("A profile could not be made ready.")),
}
"""Flags that say "there is some"; title and summary. They wake nobody."""
