"""In which language and zone a case's pages are made: the organisation's; the environment speaks for one of them."""

import io
import json

import pikepdf
import pytest

from tests.archive.requests.archiving import Archiving
from tests.archive.sealing.cases import words
from tests.conftest import Orgs
from waypost.archive.requests.looks import Looks, look_for
from waypost.archive.sealing.look import Look
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.identity.founding import find_or_make
from waypost.platform.identity.organisation.actions import change_organisation
from waypost.platform.work import Works

AUSTRIAN = Look(template="compact", locale="de_AT", zone="Europe/Vienna")


@pytest.mark.parametrize(
    ("locale", "zone", "others", "the_default_one"),
    [
        (None, None, ("en", "UTC"), ("de_AT", "Europe/Vienna")),
        ("de", None, ("de", "UTC"), ("de_AT", "Europe/Vienna")),
        ("de", "UTC", ("de", "UTC"), ("de_AT", "UTC")),
        ("en", "Asia/Tokyo", ("en", "Asia/Tokyo"), ("en", "Asia/Tokyo")),
        ("tlh", "Asia/Tokyo", ("en", "Asia/Tokyo"), ("en", "Asia/Tokyo")),
    ],
)
def test_what_was_chosen_comes_first(
    locale: str | None, zone: str | None, others: tuple[str, str], the_default_one: tuple[str, str]
) -> None:
    theirs = look_for(locale, zone, AUSTRIAN, by_environment=False)
    ours = look_for(locale, zone, AUSTRIAN, by_environment=True)
    assert (theirs.template, theirs.locale, theirs.zone) == ("compact", *others)
    assert (ours.template, ours.locale, ours.zone) == ("compact", *the_default_one)


@pytest.mark.anyio
async def test_the_environment_speaks_for_the_default_organisation_only(works: Works, orgs: Orgs) -> None:
    looks = Looks(AUSTRIAN, "Acme of the looks")
    default, _made = await find_or_make(works, looks.default_org)
    async with lookups.catalogue(works.shards) as db:
        await lookups.make_organisation(db, "Globex", works.clock(), zone="Asia/Tokyo", org=orgs.globex)
        await lookups.make_organisation(db, looks.default_org, works.clock(), org=orgs.acme)
    said = {}
    for org in (default, orgs.globex, orgs.acme):
        async with works.open(org, MACHINE, reads=True) as work:
            look = await looks.of(work)
            said[org] = (look.locale, look.zone)
    namesake = said[orgs.acme]
    async with works.open(default, MACHINE) as work:
        await change_organisation(work, zone="UTC")
        assert (await looks.of(work)).zone == "UTC", "unset and UTC are two things"
    assert (said[default], said[orgs.globex]) == (("de_AT", "Europe/Vienna"), ("en", "Asia/Tokyo"))
    assert namesake == ("en", "UTC"), "the oldest of that name is the default one"


@pytest.mark.anyio
@pytest.mark.turns("an archive at work", 5)
async def test_a_document_is_in_its_organisations_language_and_says_so(archiving: Archiving) -> None:
    works = archiving.house.works
    async with lookups.catalogue(works.shards) as db:
        await lookups.make_organisation(db, "Acme", works.clock(), org=archiving.org)
    await archiving.ask("1")
    await archiving.work()
    async with works.open(archiving.org, MACHINE) as work:
        await change_organisation(work, zone="Asia/Tokyo", locale="de")
    await archiving.ask("2")
    await archiving.work()
    assert [_told(archiving, ref) for ref in ("901", "902")] == [
        ("en", "UTC", "en", "2026-11-20 09:30"),
        ("de", "Asia/Tokyo", "de", "2026-11-20 18:30"),
    ]


def _told(archiving: Archiving, number: str) -> tuple[str, str, str, str]:
    """Locale and zone of the sidecar, language of the document, and the hour of its one article as printed."""
    (beside,) = (name for name in archiving.files() if name.endswith(".json") and number in name)
    sidecar = json.loads((archiving.root / beside).read_text())
    pdf = (archiving.root / beside.removesuffix(".json")).read_bytes()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        language = str(document.Root.Lang)
    hour = next(at for at in ("2026-11-20 09:30", "2026-11-20 18:30") if at.replace(" ", "") in words(pdf))
    return sidecar["locale"], sidecar["zone"], language, hour
