"""One-page PDF papers (ISO 32000-1) with a letterhead: invoices, offers, delivery notes."""


def paper(text: str) -> bytes:
    """A page headed by the first line of `text`; the rest is set in a typewriter face so that columns align."""
    content = _drawing(*text.split("\n", 1))
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R/F2 6 0 R/F3 7 0 R>>>>>>",
            b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
            _font("Helvetica"),
            _font("Helvetica-Bold"),
            _font("Courier"),
        ]
    )


def _font(name: str) -> bytes:
    return f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode()


def _drawing(title: str, body: str = "") -> bytes:
    rows = [
        b"0.11 0.36 0.42 rg 50 770 44 44 re f",
        b"1 1 1 rg 72 808 m 84 790 l 80 778 l 64 778 l 60 790 l h f 0 g",
        _shown("F2", 15, 106, 796, "Acme Heating & Plumbing"),
        _shown("F1", 9, 106, 780, "14 Quay Street · Harbourtown · billing@acme.example"),
        b"0.8 G 50 756 495 0.6 re f",
        _shown("F2", 18, 50, 712, title),
    ]
    rows += [_shown("F3", 10, 50, 676 - 15 * at, line) for at, line in enumerate(body.split("\n"))]
    return b"\n".join(rows)


def _shown(font: str, size: int, x: int, y: int, text: str) -> bytes:
    escaped = text.encode("cp1252", "replace")
    for mark in (b"\\", b"(", b")"):
        escaped = escaped.replace(mark, b"\\" + mark)
    return b"BT /%b %d Tf %d %d Td (%b) Tj ET" % (font.encode(), size, x, y, escaped)


def _file(objects: list[bytes]) -> bytes:
    """Objects, cross-reference table and trailer."""
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    count = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return out + head + table + end
