"""From answers to lines: what was refused, and who was let in or kept out; and the month after which both leave."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from waypost.platform.observe.tally import FAULT, Answered
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.access import OPERATE, REPAIR, STEER
from waypost.sourcing.watching.trail.models import ApiRequestEvent, AuthorizationEvent

KEPT = timedelta(days=30)
MOST = 100_000
"""Lines of a kind that an organisation keeps; the oldest make room."""
ALLOWED_TOO = frozenset({OPERATE, REPAIR, STEER})
"""Keys of which also the use is written down, not only the lack."""
REFUSED = 400


async def write_trail(work: Work, answers: Sequence[Answered]) -> None:
    """Two statements at most, whatever the number."""
    await insert_rows(work.db, ApiRequestEvent, [_request(each) for each in answers if each.status >= REFUSED])
    await insert_rows(work.db, AuthorizationEvent, [_authorization(each) for each in answers if _is_decision(each)])


def _is_decision(answer: Answered) -> bool:
    """Every denial; of permissions that were used those of operators."""
    return answer.needs is not None and (not answer.may or answer.needs in ALLOWED_TOO)


def _request(answer: Answered) -> dict[str, Any]:
    return {
        "user_id": answer.person,
        "request_id": answer.request_id,
        "level": "error" if answer.status >= FAULT else "warning",
        "method": answer.method,
        "path": answer.path,
        "status_code": answer.status,
        "duration_ms": round(answer.seconds * 1000),
        "meta": {"code": answer.code} if answer.code else {},
        "created_at": answer.at,
    }


def _authorization(answer: Answered) -> dict[str, Any]:
    return {
        "user_id": answer.person,
        "request_id": answer.request_id,
        "permission": answer.needs,
        "decision": "allow" if answer.may else "deny",
        "method": answer.method,
        "path": answer.path,
        "created_at": answer.at,
    }


async def forget(work: Work) -> None:
    """What is older than a month, or more than is kept, goes."""
    for model in (ApiRequestEvent, AuthorizationEvent):
        at: InstrumentedAttribute[Any] = model.created_at
        last = await work.db.scalar(select(at).order_by(at.desc()).offset(MOST).limit(1))
        oldest = max(work.now - KEPT, last) if last else work.now - KEPT
        old = delete(model).where(at < oldest)
        await work.db.execute(old, execution_options={"synchronize_session": False})
