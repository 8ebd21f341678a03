"""The moments of a sending at which death may come, by name, in their order."""

from collections.abc import Callable
from typing import Any

from waypost.ticketing.outbound import actions, delivery, smtp
from waypost.ticketing.outbound.models import Sending

Patch = Callable[[Any, str, Any], None]
"""`setattr`, or a test's own that undoes itself."""
Strike = Callable[[], None]
Arm = Callable[[Patch, Strike], None]


def when_done(module: Any, name: str) -> Arm:
    """When a call has ended and its transaction, if any, is still open."""

    def arm(patch: Patch, strike: Strike) -> None:
        real = getattr(module, name)

        async def last(*args: Any, **named: Any) -> Any:
            await real(*args, **named)
            strike()

        patch(module, name, last)

    return arm


def when_begun(module: Any, name: str) -> Arm:
    """Right before a call."""

    def arm(patch: Patch, strike: Strike) -> None:
        async def never(*_args: Any, **_named: Any) -> Any:
            strike()

        patch(module, name, never)

    return arm


def when_committed(state: Sending) -> Arm:
    """When the transaction that moved the message to `state` stands."""

    def arm(patch: Patch, strike: Strike) -> None:
        real = actions._move

        def move(work: Any, outgoing: Any, to: Sending) -> None:
            real(work, outgoing, to)
            if to == state:
                work.after_commit(strike)

        patch(actions, "_move", move)

    return arm


EARLY: dict[str, Arm] = {
    "taken up, not committed": when_done(actions, "take_up"),
    "taken up": when_committed(Sending.QUEUED),
    "bytes written": when_done(delivery.Delivery, "_bytes"),
    "about to leave, not committed": when_done(actions, "leave"),
}
"""It cannot have left: it is simply done again."""
LATE: dict[str, Arm] = {
    "about to leave": when_committed(Sending.SENDING),
    "handing over": when_begun(smtp, "_hand_over"),
    "handed over": when_done(smtp, "_hand_over"),
    "outcome known, not committed": when_done(actions, "arrived"),
}
"""It may have left: a provider is asked, else a person."""
OVER: dict[str, Arm] = {"outcome written": when_committed(Sending.SENT)}
"""It left, and we know."""
STEPS = EARLY | LATE | OVER
