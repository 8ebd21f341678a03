"""Answered requests are forgotten after two days: no client repeats later. Secrets follow a change of the key."""

from waypost.platform import jobs
from waypost.platform.safety.idempotency import KEPT, forget_before
from waypost.platform.safety.rewrapping import SealedColumns, rewrap
from waypost.platform.safety.vault import Vault


@jobs.every("23 * * * *", type="idempotency_forget")
async def forget_answered_requests(run: jobs.Run) -> None:
    """Once an hour."""
    async with run.finishing() as work:
        await forget_before(work, work.now - KEPT)


@jobs.every("47 * * * *", type="secrets_rewrap")
async def secrets_rewrap(run: jobs.Run) -> None:
    """Only while the ring has an older key: seal anew what that one sealed."""
    vault = run.of(Vault)
    for one in run.of(SealedColumns).known if len(vault.keys) > 1 else ():
        after, more = None, True
        while more:
            async with run.work() as work:
                after = await rewrap(work, vault, one, after)
            more = after is not None
