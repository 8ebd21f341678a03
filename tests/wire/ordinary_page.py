"""The two bulky things in ordinary mail: the style sheet an office program adds, and the one-page PDF."""

import binascii
import zlib

STYLES = (
    "p.MsoNormal, li.MsoNormal, div.MsoNormal",
    "a:link, span.MsoHyperlink",
    "a:visited, span.MsoHyperlinkFollowed",
    "p.MsoListParagraph, li.MsoListParagraph, div.MsoListParagraph",
    "span.E-MailFormatvorlage17",
    "span.EmailStyle18",
    ".MsoChpDefault",
    "div.WordSection1",
    "table.MsoNormalTable",
    "h1, h2, h3, h4, h5, h6",
    "p.MsoFooter, li.MsoFooter, div.MsoFooter",
    "table.MsoTableGrid, table.TableGrid",
    "p.msonormal0, li.msonormal0, div.msonormal0",
)
RULE = (
    "{%s;margin-top:0cm;margin-right:0cm;margin-bottom:.0001pt;margin-left:0cm;"
    'font-size:11.0pt;font-family:"Calibri",sans-serif;mso-style-priority:99;'
    "mso-fareast-language:EN-US;mso-ligatures:none;color:windowtext;text-decoration:none;}"
)
OUTLOOK_HEAD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">'
    '<head><meta name="Generator" content="Microsoft Word 15 (filtered medium)"><style><!--\r\n'
    + "\r\n".join(f"{name}\r\n\t{RULE % 'mso-style-type:personal'}" for name in STYLES)
    + "\r\n--></style></head>\r\n"
).encode()

HEAD_OCTETS = 57 * 4  # base64 lines of 57 octets: the head differs per paper, all later lines are shared
SHARED_OCTETS = 48_000


def _drawing() -> bytes:
    """Page content: a grid of text lines, left uncompressed so that the paper has a paper's size."""
    line = "BT /F1 9 Tf 40 {} Td (Position {:02d}  copper pipe) Tj ET"
    rows = [line.format(800 - row * 11, row) for row in range(70)]
    noise = zlib.compress(bytes((n * n * 31 + n // 7) % 251 for n in range(SHARED_OCTETS)), 0)
    return "\n".join(rows).encode() + b"\n% " + noise.replace(b"\n", b" ").replace(b"\r", b" ")


def _paper() -> bytes:
    """A valid one-page PDF (ISO 32000-1, 7.5) with room for a number in a comment of its head."""
    drawing = _drawing()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n%" + b" " * (HEAD_OCTETS - 11) + b"\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 6\n0000000000 65535 f \n%btrailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (table, len(out))


def _lines(octets: bytes) -> bytes:
    starts = range(0, len(octets), 57)
    return b"".join(binascii.b2a_base64(octets[at : at + 57], newline=False) + b"\r\n" for at in starts)


PAPER = _paper()
PAPER_LINES = _lines(PAPER[HEAD_OCTETS:])


def paper_lines(number: int) -> bytes:
    """Base64 lines of the head of paper `number`: the part that makes each paper's bytes its own."""
    return _lines(PAPER[:10] + b"%012d" % number + PAPER[22:HEAD_OCTETS])
