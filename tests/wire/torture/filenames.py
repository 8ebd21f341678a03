"""Attachments with evil names, and with every wrong form of RFC 2231."""

from tests.wire.torture.attachments import HALL, PDF
from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import envelope, group, part


def _named(name: str, disposition: str, read: str | None = None, kind: str = "application/pdf") -> Case:
    """One attachment whose name is given by this Content-Disposition; `read` is the name to show."""
    leaf = part(PDF, kind, "base64", f"Content-Disposition: {disposition}")
    holds: Holds = {"attachment_count": 1, "attachment_bytes": [PDF]}
    if read is not None:
        holds["attachments"] = [read]
    return Case(f"attachments/name-{name}", [envelope(group("mixed", HALL, leaf))], holds=holds)


CASES = (
    _named("plain", 'attachment; filename="plan.pdf"', "plan.pdf"),
    _named("without-quotes", "attachment; filename=plan.pdf", "plan.pdf"),
    _named("with-spaces-without-quotes", "attachment; filename=my new plan.pdf"),
    _named("quote-never-closed", 'attachment; filename="plan.pdf'),
    _named("encoded-word", 'attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
    _named(
        "encoded-words-split",
        'attachment; filename="=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe.pdf?="',
        "Grüße.pdf",
    ),
    _named("raw-utf-8", 'attachment; filename="Grüße.pdf"', "Grüße.pdf"),
    _named("rfc-2231", "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _named("rfc-2231-latin-1", "attachment; filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
    _named("rfc-2231-continued", 'attachment; filename*0="very-"; filename*1="long.pdf"', "very-long.pdf"),
    _named(
        "rfc-2231-continued-encoded",
        "attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.pdf",
        "Grüße.pdf",
    ),
    _named("rfc-2231-cut-in-a-character", "attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC.pdf"),
    _named("rfc-2231-out-of-order", 'attachment; filename*1="long.pdf"; filename*0="very-"', "very-long.pdf"),
    _named("rfc-2231-starts-at-one", 'attachment; filename*1="plan"; filename*2=".pdf"'),
    _named("rfc-2231-with-a-gap", 'attachment; filename*0="plan"; filename*2=".pdf"'),
    _named("rfc-2231-twice-the-same", 'attachment; filename*0="a"; filename*0="b.pdf"'),
    _named("rfc-2231-leading-zeros", 'attachment; filename*00="plan"; filename*01=".pdf"'),
    _named("rfc-2231-huge-number", 'attachment; filename*99999999999="plan.pdf"'),
    _named("rfc-2231-no-apostrophes", "attachment; filename*=plan.pdf"),
    _named("rfc-2231-one-apostrophe", "attachment; filename*=utf-8'plan.pdf"),
    _named("rfc-2231-unknown-charset", "attachment; filename*=x-martian''plan.pdf"),
    _named("rfc-2231-broken-percent", "attachment; filename*=utf-8''pl%ZZan%.pdf"),
    _named("rfc-2231-in-quotes", "attachment; filename*=\"utf-8''Gr%C3%BC%C3%9Fe.pdf\""),
    _named("rfc-2231-and-plain", "attachment; filename=plain.pdf; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf"),
    _named("rfc-2231-hides-nul", "attachment; filename*=utf-8''pl%00an.pdf"),
    _named(
        "rfc-2231-ten-thousand-pieces",
        "attachment; " + ";\r\n ".join(f"filename*{n}=a" for n in range(10_000)),
    ),
    _named("path-upwards", 'attachment; filename="../../../etc/passwd"'),
    _named("path-of-windows", 'attachment; filename="C:\\\\Users\\\\ida\\\\plan.pdf"'),
    _named("absolute-path", 'attachment; filename="/etc/cron.d/job"'),
    _named("only-dots", 'attachment; filename=".."'),
    _named("line-break-inside", "attachment; filename*=utf-8''plan%0D%0ASet-Cookie:%20a.pdf"),
    _named("right-to-left", "attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe"),
    _named("reserved-device", 'attachment; filename="CON.pdf"'),
    _named("of-5000-letters", f'attachment; filename="{"n" * 5000}.pdf"'),
    _named("markup", 'attachment; filename="<img src=x onerror=alert(1)>.pdf"'),
    _named("empty", 'attachment; filename=""'),
    _named("spaces-only", 'attachment; filename="   "'),
    _named("only-in-content-type", "attachment", "plan.pdf", 'application/pdf; name="plan.pdf"'),
)
