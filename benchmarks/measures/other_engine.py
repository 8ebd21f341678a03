"""The same case through WeasyPrint: HTML of the same content, the same fonts, the same kind of PDF.

Run as a program, `python -m benchmarks.measures.other_engine FOLDER ROUNDS` reads what `put` left there, and prints the
seconds of each round (wall, processor) after one that warms up.
"""

import base64
import html
import pickle
import sys
import time
from pathlib import Path

from benchmarks.measures.case_of_mails import case_of
from waypost.archive.sealing.canonical import snapshot_bytes
from waypost.archive.sealing.fonts import PACKAGES, TEXT, folder
from waypost.archive.sealing.snapshot import Article, Snapshot

CASE = "case.pickle"
_FONTS = '<!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>{}<cachedir>{}</cachedir></fontconfig>'
_STYLE = (
    "@page { size: A4; margin: 20mm 16mm 18mm; @top-left { content: 'Ticket' }"
    " @bottom-right { content: counter(page) ' / ' counter(pages) } }"
    "html { font: 9pt/1.4 %s; image-rendering: crisp-edges } table { border-collapse: collapse }"
    "td, th { border: 0.4pt solid #999; padding: 1mm } blockquote { border-left: 1pt solid #999; padding-left: 3mm }"
)


def put(target: Path, articles: int, attachments: int) -> dict[str, str]:
    """Leave the case in a folder; the environment in which the other engine finds our fonts and no others."""
    target.joinpath(CASE).write_bytes(pickle.dumps(case_of(articles, attachments)))
    folders = "".join(f"<dir>{folder(package)}</dir>" for package in PACKAGES)
    target.joinpath("fonts.conf").write_text(_FONTS.format(folders, target / "cache"))
    return {"FONTCONFIG_FILE": str(target / "fonts.conf")}


def page(snapshot: Snapshot, files: dict[str, bytes]) -> str:
    """The whole case as one HTML document: cover, conversation, list of files, hashes."""
    subject = snapshot.subject
    bodies = "".join(_article(article, files) for article in snapshot.articles)
    families = ", ".join(f'"{name}"' for name in TEXT)
    title = f"Ticket {subject.number} – {html.escape(subject.title)}"
    about = {"Erstellt": subject.created_at, "Kunde": subject.customer.name, "Tags": ", ".join(subject.tags)}
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in about.items())
    listed = [(article.id, file) for article in snapshot.articles for file in article.files]
    index = "".join(
        f"<tr><td>{n}</td><td>{f.filename}</td><td>{f.content_type}</td><td>{f.size}</td></tr>" for n, f in listed
    )
    sums = "".join(f"<tr><td>{file.filename}</td><td>{file.sha256}</td></tr>" for _, file in listed)
    return (
        f'<html lang="de"><head><title>{title}</title><style>{_STYLE % families}</style></head><body>'
        f"<h1>{title}</h1><table>{rows}</table>{bodies}<h2>Anhänge</h2><table>{index}</table>"
        f"<h1>Nachweisblatt</h1><table>{sums}</table></body></html>"
    )


def _article(article: Article, files: dict[str, bytes]) -> str:
    body = article.body_html
    for file in article.files:
        encoded = base64.b64encode(files[file.sha256 or ""]).decode()
        body = body.replace(f"cid:{file.content_id}", f"data:image/jpeg;base64,{encoded}")
    head = f"<h2>Artikel {article.id} · {html.escape(article.subject)}</h2><p>{article.created_at:%Y-%m-%d %H:%M}"
    return f"{head} {html.escape(article.sender)}</p><p>An: {article.to}</p>{body}"


def main(where: Path, rounds: int) -> None:
    """PDF/A-3a with the snapshot and every file inside, as often as asked."""
    snapshot, files = pickle.loads(where.joinpath(CASE).read_bytes())
    write(*case_of(2, 0), where)
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        write(snapshot, files, where)
        print(time.perf_counter() - began, time.process_time() - spent)


def write(snapshot: Snapshot, files: dict[str, bytes], where: Path) -> None:
    """One document."""
    from weasyprint import HTML, Attachment

    inside = [Attachment(string=snapshot_bytes(snapshot), name="snapshot.json", relationship="Source")]
    inside += [Attachment(string=content, name=f"{summed}.jpg") for summed, content in files.items()]
    document = HTML(string=page(snapshot, files))
    document.write_pdf(where / "other.pdf", pdf_variant="pdf/a-3a", attachments=inside)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
