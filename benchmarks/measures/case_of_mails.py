"""A case as it comes out of a help desk, of any size: the same number gives the same case."""

import hashlib
import io
import random
from datetime import UTC, datetime, timedelta

from PIL import Image

from waypost.archive.sealing.snapshot import Article, File, Origin, Party, Snapshot, Subject

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_TEXT = (
    "bitte Termin Heizung Rechnung Adresse Müller Straße Kunde Angebot prüfen Technik gestern morgen Gerät Fehler"
    " the meeting invoice attached please regards because delivery order number confirm question answer weather"
)
_WORDS = _TEXT.split()


def case_of(articles: int, attachments: int, seed: int = 1) -> tuple[Snapshot, dict[str, bytes]]:
    """A snapshot, and the bytes of its files by SHA-256: pictures in the text and scans of 40 kB beside it."""
    dice = random.Random(seed)
    files: dict[str, bytes] = {}
    every = max(1, articles // attachments) if attachments else 0
    made = tuple(_article(dice, place, files, bool(every) and place % every == 0) for place in range(articles))
    subject = Subject(
        str(seed),
        str(10_000 + seed),
        "Heizung fällt aus",
        BEGAN,
        BEGAN + timedelta(hours=articles),
        state="closed",
        customer=Party("5", "anna", "anna@example.com", "Anna Müller"),
        tags=("pdf:sign",),
    )
    taken = BEGAN + timedelta(days=365)
    return Snapshot(Origin("zammad", "default"), taken, subject, made), files


def _article(dice: random.Random, place: int, files: dict[str, bytes], has_file: bool) -> Article:
    """Two thousand characters or so: greeting, paragraphs, a list, a table now and then, quoted history."""
    number = str(1_000 + place)
    attached = (_file(dice, number, files),) if has_file else ()
    shown = f'<p><img src="cid:{attached[0].content_id}" alt="Foto"></p>' if attached else ""
    html = (
        f"<p>Guten Tag <b>Frau Müller</b>,</p><p>{_text(dice, 60)}</p>{shown}"
        f'<ul><li>{_text(dice, 8)}</li><li>{_text(dice, 8)}</li></ul><p>{_text(dice, 60)} <a href="https://example.com/'
        f'{place}">mehr dazu</a></p>{_table(dice) if place % 5 == 0 else ""}<p>Grüße<br>Anna</p>'
        f"<blockquote><p>{_text(dice, 50)}</p><blockquote>{_text(dice, 30)}</blockquote></blockquote>"
    )
    return Article(
        number,
        BEGAN + timedelta(hours=place),
        place % 7 == 3,
        "Anna Müller <anna@example.com>",
        f"Re: Heizung {place}",
        html,
        _text(dice, 200),
        to="support@example.com",
        kind="email",
        author="customer",
        files=attached,
    )


def _text(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize() + "."


def _table(dice: random.Random) -> str:
    rows = "".join(f"<tr><td>{_text(dice, 2)}</td><td>{dice.randint(1, 999)}</td></tr>" for _ in range(5))
    return f"<table><tr><th>Posten</th><th>Betrag</th></tr>{rows}</table>"


def _file(dice: random.Random, article: str, files: dict[str, bytes]) -> File:
    content = _photo(dice)
    summed = hashlib.sha256(content).hexdigest()
    files[summed] = content
    name = f"foto-{article}.jpg"
    return File(article, article, name, "image/jpeg", len(content), summed, "kept", content_id=f"{name}@example.com")


def _photo(dice: random.Random) -> bytes:
    """Noise under a colour, so that it does not shrink: about 40 kB."""
    noise = Image.frombytes("L", (320, 240), dice.randbytes(320 * 240)).convert("RGB")
    tint = Image.new("RGB", noise.size, (dice.randrange(256), dice.randrange(256), dice.randrange(256)))
    out = io.BytesIO()
    Image.blend(noise, tint, 0.5).save(out, "JPEG", quality=75)
    return out.getvalue()
