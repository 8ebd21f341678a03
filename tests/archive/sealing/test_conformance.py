"""What an independent judge says: PDF/A-3a and PDF/UA-1 at once, whatever a mail holds."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.archive.sealing.cases import AT, article, case, drawing, kept, summed
from tests.sampling import PROVE, SEED
from tests.wire.verapdf import judged
from waypost.archive.sealing.look import OURS, Look
from waypost.archive.sealing.preview import sample
from waypost.archive.sealing.printing import print_directly
from waypost.archive.sealing.snapshot import Event, Snapshot

COUNT = 60
PLACES = range(COUNT) if PROVE else (0, 1 + SEED % (COUNT - 1))
"""The first has everything; another one each day."""
PIECES = (
    "<p>Plain <b>bold <i>both</i></b> <u>u</u> <s>s</s> x<sup>2</sup> H<sub>2</sub>O <code>code</code></p>",
    '<p><a href="https://x.example/ä?q=1&amp;r=2">a link</a> and <a href="mailto:a@b.c">a@b.c</a></p>',
    "<ul><li>one<ul><li>two<ol start=3><li>three</ol></ul><li>four</ul>",
    "<table><tr><th>A<th>B<th>C<tr><td colspan=2>1<td rowspan=2>2<tr><td>3<td>4</table>",
    "<table><tr><td>a<td>b<tr><th>c<td>d</table>",
    "<table>" + "<tr><td>row<td>more<td>text" * 50 + "</table>",
    "<blockquote>said<blockquote>before<h2>loud</h2></blockquote></blockquote>",
    "<h1>Big</h1><h5>small</h5><h2>again</h2><hr>",
    "<pre>  code {\n    more\n  }</pre>",
    '<p dir="rtl">שלום עולם 123</p><p>مرحبا بالعالم</p><p>हिन्दी ไทย 漢字 かな 한국어</p>',
    "<p>😀 👩\u200d💻 🇩🇪 1️⃣ e\u0301\u0323 \ue000 𝒳 ∑√∞ \u202e</p>",
    '<p><img src="cid:p"> inline <img src="cid:q" width="16"> and <img src="https://x.example/l.png" alt="Logo"></p>',
    '<a href="https://x.example/"><img src="cid:p" alt="linked"></a>',
    "<p>" + "averyveryverylongword" * 20 + "</p>",
    "<p>" + "many words in one paragraph " * 60 + "</p>",
)


@pytest.mark.timeout(1_800)  # a machine of its own, and Java
def test_documents_are_pdf_a_3a_and_pdf_ua_1(tmp_path: Path) -> None:
    for place in PLACES:
        snapshot, files, look = _varied(place)
        (tmp_path / f"{place}.pdf").write_bytes(print_directly(snapshot, look, files)[0])
    (tmp_path / "plain.pdf").write_bytes(_not_archival())
    found = judged(sorted(tmp_path.glob("*.pdf")))
    assert found.pop("plain.pdf") != []
    assert len(found) == len(PLACES)
    assert {name: said for name, said in found.items() if said} == {}


def _varied(place: int) -> tuple[Snapshot, dict[str, bytes], Look]:
    """Every case another mixture; the first has everything."""
    dice = random.Random(place)
    look = Look(
        template=OURS[place % 3], locale=("de_DE", "en_GB")[place % 2], zone=("Europe/Berlin", "Asia/Tokyo")[place % 2]
    )
    form = ("JPEG", "PNG", "GIF", "WEBP")[place % 4]
    modes = {
        "JPEG": ("RGB", "L", "CMYK"),
        "PNG": ("RGBA", "P", "L", "1", "I;16", "LA"),
        "GIF": ("P",),
        "WEBP": ("RGBA",),
    }
    picture = drawing(form, (120, 80), dice.choice(modes[form]))
    small = drawing("PNG", (16, 16), "RGBA")
    raw = b"From: a@b.c\r\n\r\nraw"
    files = (
        kept(picture, f"p.{form.lower()}", f"image/{form.lower()}", content_id="p"),
        kept(small, "q.png", "image/png", attachment_id="10", content_id="q"),
        kept(raw, "m.eml", "message/rfc822", attachment_id=None, role="raw"),
        kept(b"x", "ü \ue000 (1).bin", "not a type", attachment_id="11"),
    )
    articles = [
        article("".join(PIECES if not place else dice.sample(PIECES, 5)), files=files),
        article(
            "", "plain\n  text #let x = 1\n\n$y$ <b>", id="72", internal=True, created_at=None, sender="", subject=""
        ),
        *(article("".join(dice.sample(PIECES, 4)), id=str(100 + n)) for n in range(dice.randint(0, 3))),
    ]
    snapshot = case(*articles, events=sample().events if place % 2 else (), omissions=("something",) * (place % 3))
    late = replace(snapshot, events=(*snapshot.events, Event(AT, "x" * 100, "Bob")))
    return late, {summed(one): one for one in (picture, small, raw, b"x")}, look


def _not_archival() -> bytes:
    """A PDF that is neither: the judge must say so."""
    import typst

    made = typst.compile(b"= Plain", format="pdf", pdf_tags=False)
    assert isinstance(made, bytes)
    return made
