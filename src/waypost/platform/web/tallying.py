"""From a finished request to the tally: who asked, which door answered, whether its key was there."""

from datetime import UTC, datetime

from starlette.types import Scope

from waypost.platform.observe.tally import Answered, Tally, of_scope
from waypost.platform.web.caller import Caller
from waypost.platform.web.guard import guard_of


def tell_tally(scope: Scope, method: str, template: str | None, status: int, seconds: float) -> None:
    """Where the app keeps a tally (`app.state.tally`), and the address is one of its own."""
    tally = getattr(scope["app"].state, "tally", None) if "app" in scope else None
    if not isinstance(tally, Tally) or template is None:
        return
    caller: Caller | None = of_scope(scope, "caller")
    guard = guard_of(scope.get("route"))
    needs = guard.needs if guard else None
    tally.note(
        Answered(
            at=datetime.now(UTC),
            method=method,
            path=template,
            status=status,
            seconds=seconds,
            request_id=of_scope(scope, "request_id") or "",
            org=caller.org_id if caller else of_scope(scope, "org"),
            person=caller.person_id if caller else None,
            needs=needs,
            may=needs is None or (caller is not None and needs in caller.keys),
            code=of_scope(scope, "refused_as"),
        )
    )
