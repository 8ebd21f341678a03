"""One stage after the other, up to the first that fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from waypost.cli.smoking.board import open_board
from waypost.cli.smoking.caller import Caller
from waypost.cli.smoking.house import PASSWORD, Unwell, found_organisation, own_house
from waypost.cli.smoking.line import Line, Silent
from waypost.cli.smoking.stages import BY_HAND, OWN_HOUSE, STAGES, answers
from waypost.cli.smoking.terms import Place, named_place, wants
from waypost.cli.smoking.trial import Trial

Say = Callable[[str], None]


def tried(say: Say) -> bool:
    """Whether all stages went well; each is said with its time."""
    begun, own = monotonic(), wants("SMOKE_AUTOSTART", usually=True)
    try:
        with open_board() as board, _place(own=own) as place, Line() as line:
            trial = Trial(Caller(place, line), board)
            if own:
                _stage(say, answers, trial)
                trial.caller.sign_in(found_organisation(place), PASSWORD)
            for stage in STAGES:
                if reason := _left_out(stage, place, own=own):
                    say(f"smoke: {_name(stage):<18} left out: {reason}")
                else:
                    _stage(say, stage, trial)
    except Unwell as failed:
        say(f"smoke: FAILED: {failed}")
        return False
    say(f"smoke: ok, {monotonic() - begun:.0f} s")
    return True


@contextmanager
def _place(*, own: bool) -> Iterator[Place]:
    if not own:
        yield named_place()
        return
    with own_house() as place:
        yield place


def _stage(say: Say, stage: Callable[[Trial], None], trial: Trial) -> None:
    begun = monotonic()
    try:
        stage(trial)
    except (Unwell, Silent, KeyError, ValueError) as failed:
        what = str(failed) if isinstance(failed, Unwell) else f"{type(failed).__name__}: {failed}"
        raise Unwell(f"{_name(stage)}: {what}") from failed
    say(f"smoke: {_name(stage):<18} {monotonic() - begun:5.1f} s  {(stage.__doc__ or '').strip()}")


def _left_out(stage: Callable[[Trial], None], place: Place, *, own: bool) -> str | None:
    """Why a stage has nothing to try here; None where it has."""
    if stage in BY_HAND and not (place.secret and wants("SMOKE_FORCE_CALLBACK", usually=True)):
        return "reports by hand need WORKER_CALLBACK_SIGNING_SECRET and SMOKE_FORCE_CALLBACK"
    return None if own else OWN_HOUSE.get(stage)


def _name(stage: Callable[[Trial], None]) -> str:
    return stage.__name__.replace("_", " ")
