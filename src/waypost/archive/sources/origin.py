"""Zammad as an origin of cases: the gate, everything a ticket holds, and what is told to it in the end."""

from dataclasses import dataclass
from uuid import UUID

from waypost.archive.requests.blobs import put_aside
from waypost.archive.requests.forgetting.actions import note_heard
from waypost.archive.requests.origin import Case, Gathered, Outcome, Skipped
from waypost.archive.requests.participants import spoken_by
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sources import queries
from waypost.archive.sources.causes import agents_of
from waypost.archive.sources.models import Passage, Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.standing import own_account
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.files import Limits
from waypost.archive.sources.zammad.gathering import Manner, snapshot_of
from waypost.archive.sources.zammad.notes import note_of, tell
from waypost.archive.sources.zammad.placing import FieldNames, placing
from waypost.archive.sources.zammad.tagging import Turn, gate, turn_to
from waypost.archive.sources.zammad.words import NotInZammad
from waypost.platform.errors import Invalid, Refusal, Unavailable
from waypost.platform.ids import new_id
from waypost.platform.jobs import Run
from waypost.platform.observe.logs import line

log = line("waypost.archive.sources")

PATIENT_TRIES = 2
"""Tries of the whole case in which a file that does not come just now is waited for; then it is listed as missing."""
TURNS: dict[str, Turn] = {
    "archived": "success",
    "failed_transient": "transient",
    "failed_permanent": "permanent",
}


class SourcePaused(Unavailable):
    """This source is paused: its cases wait."""


class NoTicketId(Invalid):
    """A ticket's id is a whole number above 0."""


@dataclass(frozen=True, slots=True)
class ZammadOrigin:
    """Serves every Zammad source; `version` is named in the notes."""

    zammads: Zammads
    version: str

    async def begin(self, run: Run, case: Case) -> Skipped | None:
        """Look at the gate with the tags as they are, remember them, then mark the ticket as being worked on."""
        source, passage = await _known(run, case)
        ref = _ref(case)
        async with self.zammads.open(source) as zammad:
            if passage is None and (skipped := await self._gate(run, case, source, zammad)):
                return skipped
            await turn_to(zammad, ref, "start", source.trigger_tag, forced=case.forced)
        return None

    async def _gate(self, run: Run, case: Case, source: Source, zammad: Zammad) -> Skipped | None:
        """Nothing is written to the ticket before the passage stands: a worker may die between two tags."""
        if case.hints.get("ours") and not case.forced:
            return Skipped("not_triggered", "The delivery was caused by our own note.")
        ticket = await zammad.ticket(_ref(case))
        tags = await zammad.tags(ticket.id)
        verdict = gate(tags, source.trigger_tag, require_tag=source.require_tag, forced=case.forced)
        if verdict != "pass":
            return Skipped(verdict, f"Tags: {', '.join(tags) or 'none'}.")
        async with run.work() as work:
            work.db.add(_passage(source.id, case, tags, run))
        return None

    async def gather(self, run: Run, case: Case) -> Gathered:
        """Read all of it; every byte that is kept is durable before this returns."""
        source, passage = await _known(run, case)
        own = source.own_id or await own_account(run, self.zammads, source)
        async with self.zammads.open(source) as zammad:
            ticket = await zammad.ticket(_ref(case))
            fields = FieldNames(source.field_path, source.field_user_mode, source.field_user)
            where = placing(ticket, fields, agents_of(case.hints), own)
            tags = passage.tags if passage else await zammad.tags(ticket.id)
            manner = _manner(source, fields, patient=run.attempt <= PATIENT_TRIES)

            async def keep(data: bytes) -> str:
                return (await put_aside(run, case.request_id, [data]))[0].storage_key

            async def hear(said: Snapshot) -> None:
                async with run.work() as work:
                    await note_heard(work, case.request_id, spoken_by(said))

            snapshot, kept = await snapshot_of(zammad, ticket, tags, manner, keep, hear, run.now)
        return Gathered(snapshot, where, kept)

    async def settle(self, run: Run, outcome: Outcome) -> None:
        """Tags first, then the note; nothing while our own tries go on. A ticket that is gone cannot be told."""
        if outcome.status != "archived" and not outcome.final:
            return
        source, _ = await _known(run, outcome.case)
        ref = _ref(outcome.case)
        async with self.zammads.open(source) as zammad:
            try:
                turn = TURNS[outcome.status]
                await turn_to(zammad, ref, turn, source.trigger_tag, forced=outcome.case.forced)
                if outcome.status != "archived" or source.acknowledge:
                    await self._note(run, outcome, zammad, source.own_id)
            except NotInZammad:
                return

    async def _note(self, run: Run, outcome: Outcome, zammad: Zammad, own: str | None) -> None:
        """One that fails is said by its documented name: the tags are right by then, and the whole word is repeated."""
        try:
            await tell(zammad, _ref(outcome.case), note_of(outcome, self.version, run.now), run.now, own)
        except Refusal as refusal:
            if outcome.status != "archived":
                hints = outcome.case.hints
                told = {"delivery_id": hints.get("delivery_id"), "request_id": hints.get("wire_request_id")}
                told |= {"ticket_id": outcome.case.ref, "trouble": refusal.kind()}
                log.warning("process_ticket.error_note_failed", **told)
            raise


async def _known(run: Run, case: Case) -> tuple[Source, Passage | None]:
    async with run.work() as work:
        source = await queries.by_key(work.db, case.source)
        passage = await queries.passage(work.db, case.request_id)
    if source.paused_at is not None:
        raise SourcePaused
    return source, passage


def _ref(case: Case) -> str:
    """Refuses what is no ticket id with `NoTicketId`."""
    if not (case.ref.isascii() and case.ref.isdigit() and int(case.ref) > 0):
        raise NoTicketId
    return str(int(case.ref))


def _passage(source_id: UUID, case: Case, tags: list[str], run: Run) -> Passage:
    return Passage(
        id=new_id(), source_id=source_id, request_id=case.request_id, ref=case.ref, tags=tags, passed_at=run.now
    )


def _manner(source: Source, fields: FieldNames, *, patient: bool) -> Manner:
    limits = Limits(
        source.keep_files, source.max_file_bytes, source.max_total_bytes, source.strict_files, source.keep_raw
    )
    return Manner(source.key, source.base_url, fields, limits, source.keep_history, patient)
