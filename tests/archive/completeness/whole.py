"""An archive with everything in it, and what somebody with all rights may do to its files and rows."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from tests.archive.evidence.trials import Trial
from tests.archive.records.keeping import Case, put
from tests.fixtures import Product
from waypost.archive.evidence.keeper import Keeper, Opens
from waypost.archive.evidence.walking import Besides, Walk
from waypost.archive.records.models import RecordVersion
from waypost.archive.records.verifying import Verifier
from waypost.platform.access import MACHINE

TABLES = ("archive_records", "archive_versions", "archive_files")


@dataclass(frozen=True, slots=True)
class Whole:
    """Four cases of Acme with attachments, one of them in two versions, under a checkpoint."""

    product: Product
    org: UUID
    root: Path

    async def fill(self) -> None:
        for number in range(1, 5):
            await self.keep(number)
        await self.keep(1, b" once more")
        await self.product.house.parts.of(Keeper).checkpoint(self.org, self.works)

    async def keep(self, number: int, more: bytes = b"") -> None:
        case = Case(
            number=f"2000{number}",
            ref=str(number),
            pdf=b"%%PDF-1.7 case %d%s" % (number, more),
            attachments=(b"plan %d%s" % (number, more), b"photo %d%s" % (number, more)),
            folder=f"cellar{number}/v{len(more)}",
        )
        await put(self.product.house, self.org, case)

    @property
    def works(self) -> Opens:
        return partial(self.product.house.works.open, self.org, MACHINE)

    def files(self, ending: str) -> list[Path]:
        return sorted(path for path in (self.root / self.org.hex).rglob(f"*{ending}") if path.is_file())

    async def found(self) -> list[str]:
        """Everything that the nightly walk and a look at every version report."""
        house = self.product.house
        walk = Walk(self.org, house.parts.of(Keeper), house.parts.of(Besides))
        said = [f"{one.what} {one.where}" for one in await walk.over(self.works)]
        async with house.works.open(self.org, MACHINE) as work:
            versions = list(await work.db.scalars(select(RecordVersion.id)))
        for version in versions:
            said += (await house.parts.of(Verifier).look(self.works, version)).failed
        return said


Deed = Callable[[random.Random, Whole], None]


def flip(chance: random.Random, path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    write(path, bytes(data))


def write(path: Path, data: bytes) -> None:
    path.chmod(0o640)
    path.write_bytes(data)


def one_of(chance: random.Random, whole: Whole, ending: str) -> Path:
    return chance.choice(whole.files(ending))


def swap(chance: random.Random, whole: Whole, ending: str) -> None:
    one, other = chance.sample(whole.files(ending), 2)
    first, second = one.read_bytes(), other.read_bytes()
    write(one, second)
    write(other, first)


def swap_cases(chance: random.Random, whole: Whole) -> None:
    """PDF and sidecar together."""
    one, other = chance.sample(whole.files(".pdf"), 2)
    for left, right in ((one, other), (Path(f"{one}.json"), Path(f"{other}.json"))):
        first, second = left.read_bytes(), right.read_bytes()
        write(left, second)
        write(right, first)


def date_back(chance: random.Random, whole: Whole) -> None:
    path = one_of(chance, whole, ".pdf.json")
    write(path, path.read_bytes().replace(b'"created_at": "20', b'"created_at": "19'))


def forge(chance: random.Random, whole: Whole) -> None:
    """Another PDF with a sidecar that fits it."""
    path = one_of(chance, whole, ".pdf")
    sidecar = Path(f"{path}.json")
    was, now = path.read_bytes(), b"%PDF-1.7 forged"
    write(sidecar, sidecar.read_bytes().replace(sha256(was).hexdigest().encode(), sha256(now).hexdigest().encode()))
    write(path, now)


FILES: dict[str, Deed] = {
    "a bit of a PDF": lambda chance, whole: flip(chance, one_of(chance, whole, ".pdf")),
    "a bit of a sidecar": lambda chance, whole: flip(chance, one_of(chance, whole, ".pdf.json")),
    "a bit of an attachment": lambda chance, whole: flip(chance, one_of(chance, whole, ".bin")),
    "a PDF removed": lambda chance, whole: one_of(chance, whole, ".pdf").unlink(),
    "a sidecar removed": lambda chance, whole: one_of(chance, whole, ".pdf.json").unlink(),
    "an attachment removed": lambda chance, whole: one_of(chance, whole, ".bin").unlink(),
    "a PDF emptied": lambda chance, whole: write(one_of(chance, whole, ".pdf"), b""),
    "two PDFs swapped": lambda chance, whole: swap(chance, whole, ".pdf"),
    "two sidecars swapped": lambda chance, whole: swap(chance, whole, ".pdf.json"),
    "two attachments swapped": lambda chance, whole: swap(chance, whole, ".bin"),
    "two cases swapped": swap_cases,
    "a sidecar dated back": date_back,
    "a PDF forged with its sidecar": forge,
}
WHERE = "{org} and id = '{version}'"
FILE = "{org} and version_id = '{version}' and role = '{role}'"
FILES_OF_IT = "delete from archive_files where {org} and version_id = '{version}'"
ENTRY = "{org} and position = {leaf}"


def version(what: str) -> tuple[str, ...]:
    """An update of a version."""
    return (f"update archive_versions set {what} where {WHERE}",)


def entry(what: str) -> tuple[str, ...]:
    """An update of an entry of the log."""
    return (f"update evidence_leaves set {what} where {ENTRY}",)


ROWS = (
    Trial("PDF's hash", version("sha256 = 'ab'")),
    Trial("manifest's hash", version("manifest_sha256 = 'ab'")),
    Trial("snapshot's hash", version("snapshot_sha256 = 'ab'")),
    Trial("leaf", version("leaf = 'ab'")),
    Trial("position", version("log_position = 900")),
    Trial("number", version("number = 9")),
    Trial("dated back", version("reserved_at = reserved_at - interval '1 day'")),
    Trial("another record's", version("record_id = '{record}', number = 8")),
    Trial("version removed", (FILES_OF_IT, f"delete from archive_versions where {WHERE}")),
    Trial("file's hash", (f"update archive_files set sha256 = 'ab' where {FILE}",)),
    Trial("file's path", (f"update archive_files set path = path || 'x' where {FILE}",)),
    Trial("file removed", (f"delete from archive_files where {FILE}",)),
    Trial("attachments unnamed", ("delete from archive_files where {org} and role = 'attachment'",)),
    Trial("entry's content", entry("content = content || '{{\"version\": 7}}'")),
    Trial("entry dated back", entry("at = at - interval '1 year'")),
    Trial("entry removed", (f"delete from evidence_leaves where {ENTRY}",)),
)
