"""Asking a signed-in person for their password once more, before something that a stolen session must not do."""

from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.refusals import WrongPassword, WrongPresentPassword
from waypost.platform.identity.sign_in import Credentials, account_bucket, by_password, count_try


async def confirm_password(desk: Desk, given: Credentials) -> None:
    """Ask a signed-in person for their password once more; tries count as at the door. Refuses 422 and 429."""
    await count_try(desk, given.email, given.address)
    try:
        await by_password(desk, given)
    except WrongPassword:
        raise WrongPresentPassword from None
    async with lookups.catalogue(desk.works.shards) as db:
        await lookups.forget_attempts(db, account_bucket(desk, given.email))
