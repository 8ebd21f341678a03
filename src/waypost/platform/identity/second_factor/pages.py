"""The second factor of one's own account: set up with a picture and a code, renew its recovery codes, remove it."""

from typing import Annotated

from fastapi import Form
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.identity.api_keys.own import InPerson
from waypost.platform.identity.confirming import confirm_password
from waypost.platform.identity.desk import Desk, address_of, desk_of
from waypost.platform.identity.lookups import catalogue, login_of
from waypost.platform.identity.second_factor.actions import begin, confirm, remove, renew_codes
from waypost.platform.identity.second_factor.proving import confirmed_factor, count_code, forget_tries, prove
from waypost.platform.identity.second_factor.views import FACTOR, factor_page
from waypost.platform.identity.sign_in import Credentials
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged, Stages
from waypost.platform.web.pages import Page, Pages

HERE = "/account/second-factor"
Typed = Annotated[str, Form(max_length=1024)]

pages = Pages()


@pages.get(HERE, member=True)
async def shown(work: Reads, caller: SignedIn, request: Request) -> Page:
    """How it stands, and what can be done."""
    return await factor_page(work, desk_of(request), caller)


@pages.post(HERE, member=True)
async def begun(stages: Staged, caller: SignedIn, request: Request, _by: InPerson, current: Typed = "") -> Page:
    """Knowing the password, make a secret; the page then shows it as a picture until a code confirms it."""
    desk = desk_of(request)
    try:
        await _prove_oneself(desk, caller, request, current)
        async with stages.open() as work:
            await begin(work, desk, caller.person_id)
    except Refusal as refusal:
        return await _again(stages, desk, caller, refusal)
    return Page(FACTOR, goto=HERE)


@pages.post(f"{HERE}/confirmation", member=True)
async def confirmed(stages: Staged, caller: SignedIn, request: Request, _by: InPerson, code: Typed = "") -> Page:
    """From now on it is asked at sign-in; the recovery codes are shown this once."""
    desk = desk_of(request)
    try:
        await count_code(desk, caller.person_id)
        async with stages.open() as work:
            codes = await confirm(work, desk, caller.person_id, code)
            await forget_tries(work.db, desk, caller.person_id)
    except Refusal as refusal:
        return await _again(stages, desk, caller, refusal)
    async with stages.open(reads=True) as work:
        return await factor_page(work, desk, caller, codes=codes)


@pages.post(f"{HERE}/recovery-codes", member=True)
async def renewed(stages: Staged, caller: SignedIn, request: Request, _by: InPerson, current: Typed = "") -> Page:
    """Ten new recovery codes, shown this once."""
    desk = desk_of(request)
    try:
        await _prove_oneself(desk, caller, request, current)
        async with stages.open() as work:
            codes = await renew_codes(work, desk, caller.person_id)
    except Refusal as refusal:
        return await _again(stages, desk, caller, refusal)
    async with stages.open(reads=True) as work:
        return await factor_page(work, desk, caller, codes=codes)


@pages.post(f"{HERE}/removal", member=True)
async def removed(stages: Staged, caller: SignedIn, request: Request, _by: InPerson, current: Typed = "") -> Page:
    """Knowing the password, do without it."""
    desk = desk_of(request)
    try:
        await _prove_oneself(desk, caller, request, current)
        async with stages.open() as work:
            await remove(work, caller.person_id)
    except Refusal as refusal:
        return await _again(stages, desk, caller, refusal)
    return Page(FACTOR, goto=HERE)


async def _prove_oneself(desk: Desk, caller: Caller, request: Request, current: str) -> None:
    """The password; for who signs in with a provider and has none, a code of the factor that stands."""
    async with catalogue(desk.works.shards) as db:
        login = await login_of(db, caller.person_id)
    if login is not None and login.password_hash is not None:
        await confirm_password(desk, Credentials(caller.email, current, address=address_of(request)))
        return
    factor = await confirmed_factor(desk, caller.person_id)
    if factor is not None:
        await prove(desk, caller.person_id, factor, current)


async def _again(stages: Stages, desk: Desk, caller: Caller, refusal: Refusal) -> Page:
    async with stages.open(reads=True) as work:
        return await factor_page(work, desk, caller, refusal=refusal)
