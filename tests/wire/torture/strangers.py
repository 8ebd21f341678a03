"""Mails that must not join: strangers, newsletters, forwards, new topics, machines."""

from tests.wire.torture.case import DUPLICATE, TICKET, Answer, Case, Holds
from tests.wire.torture.raw import BODY, envelope, group, mail, part
from tests.wire.torture.threads import IDA, OLE, SUBJECT, letter, ref

DESK = "support@acme.example"
EVE = "Eve Stone <eve@else.example>"
SEPARATE: Holds = {"tickets": 2, "apart": [(0, 1)]}


def _apart(name: str, mails: list[bytes], row: str, linked: str = "", answers: tuple[Answer, ...] = ()) -> Case:
    holds: Holds = {**SEPARATE}
    if linked:
        holds["linked"] = [(len(mails) - 1, 0, linked)]
    return Case(f"strangers/{name}", mails, TICKET, holds, (row,), answers)


def _eve(*extra: str, body: str = "I have a question as well.\r\n", **fields: str) -> bytes:
    given: dict[str, str | bytes | None] = {
        "from_": EVE,
        "subject": f"Re: {SUBJECT}",
        "message_id": "<eve-1@else.example>",
    }
    return mail(body, *extra, **{**given, **fields})


OFFER = ("In-Reply-To: <autumn-offer@acme.example>", "References: <autumn-offer@acme.example>")
NEWSLETTER = mail(
    "Service your boiler before winter.",
    "List-Id: Acme news <news.acme.example>",
    "Precedence: bulk",
    from_=f"Acme <{DESK}>",
    to="customers@acme.example",
    subject="Autumn offer",
    message_id="<autumn-offer@acme.example>",
)


def _to_offer(number: int, sender: str) -> bytes:
    return mail(
        f"Yes please, house {number}.",
        *OFFER,
        from_=sender,
        subject="Re: Autumn offer",
        message_id=f"<o{number}@x.example>",
    )


NEWSLETTERS = (
    _apart("newsletter-answered-by-two", [_to_offer(1, IDA), _to_offer(2, OLE)], "newsletter"),
    Case(
        "strangers/newsletter-answered-by-three",
        [_to_offer(1, IDA), _to_offer(2, OLE), _to_offer(3, EVE)],
        TICKET,
        {"tickets": 3, "apart": [(0, 1), (0, 2), (1, 2)]},
        ("newsletter",),
    ),
    Case(
        "strangers/newsletter-seen-first",
        [NEWSLETTER, _to_offer(1, IDA), _to_offer(2, OLE)],
        TICKET,
        {"apart": [(1, 2)]},
        ("newsletter",),
    ),
    Case(
        "strangers/newsletter-seen-last",
        [_to_offer(1, IDA), _to_offer(2, OLE), NEWSLETTER],
        TICKET,
        {"apart": [(0, 1)]},
        ("newsletter", "out-of-order"),
    ),
    Case(
        "strangers/newsletter-answered-twice-by-one",
        [_to_offer(1, IDA), _to_offer(2, OLE), _to_offer(3, IDA)],
        TICKET,
        {"apart": [(0, 1), (1, 2)]},
        ("newsletter",),
    ),
)

CODE = "tkt-abcdefgh23456723"
UUID = "7b2f6c1e-0f0a-4f5e-9d38-2f1b6a4f9c55"
QUOTES = (
    _apart("knows-the-message-id", [letter(0), _eve(f"In-Reply-To: {ref(0)}")], "strangers-quote", "mentions"),
    _apart(
        "knows-the-references",
        [letter(0), _eve(f"References: {ref(0)}", subject="Cheap pipes")],
        "strangers-quote",
        "mentions",
    ),
    _apart(
        "knows-our-message-id",
        [mail(), _eve("In-Reply-To: %%answer-0-id%%")],
        "strangers-quote",
        "mentions",
        (Answer(0),),
    ),
    _apart("quotes-the-letter", [letter(0), _eve(body=f"> {BODY}\r\nMe too.")], "strangers-quote"),
    _apart(
        "uses-the-ticket-address",
        [mail(), _eve(to="%%answer-0-address%%")],
        "strangers-quote",
        "mentions",
        (Answer(0),),
    ),
    _apart("copies-all-markers", [mail(), _eve("%%answer-0-markers%%")], "strangers-quote", "", (Answer(0),)),
    _apart("ticket-header-made-up", [letter(0), _eve(f"X-OSS-Ticket-ID: {UUID}")], "strangers-quote"),
    _apart("ticket-header-odd-case", [letter(0), _eve(f"x-oss-TICKET-id: {UUID}")], "strangers-quote"),
    _apart("ticket-header-no-uuid", [letter(0), _eve("X-OSS-Ticket-ID: 1 OR 1=1")], "strangers-quote"),
    _apart(
        "ticket-header-twice",
        [letter(0), _eve(f"X-OSS-Ticket-ID: {UUID}", f"X-OSS-Ticket-ID: {UUID}")],
        "strangers-quote",
    ),
    _apart("ticket-header-of-100-kb", [letter(0), _eve("X-OSS-Ticket-ID: " + "a" * 100_000)], "strangers-quote"),
    _apart("ticket-address-made-up", [letter(0), _eve(to=f"ticket+{CODE}@acme.example")], "strangers-quote"),
    _apart(
        "ticket-address-of-another-house",
        [letter(0), _eve(to=f"ticket+{CODE}@else.example, {DESK}")],
        "strangers-quote",
    ),
    _apart("code-in-the-subject", [letter(0), _eve(subject=f"Re: [{CODE}] hello")], "strangers-quote"),
    _apart("same-subject", [letter(0), _eve(subject=SUBJECT)], "same-subject"),
    _apart("same-subject-as-reply", [letter(0), _eve()], "same-subject"),
    _apart("same-subject-generic", [mail(subject="Question"), _eve(subject="Question")], "same-subject"),
    _apart("no-subject-both", [mail(subject=None), _eve(subject="")], "same-subject"),
    Case(
        "strangers/second-mail-of-one-sender",
        [letter(0), letter(2, body="I forgot: it is the left one.")],
        TICKET,
        {"messages": 2},
        ("same-subject",),
    ),
    Case(
        "strangers/colleague-in-copy-answers",
        [
            mail(BODY, f"Cc: {OLE}", message_id=ref(0)),
            mail("I am at home.", f"In-Reply-To: {ref(0)}", from_=OLE, subject=f"Re: {SUBJECT}"),
        ],
        TICKET,
        {"tickets": 1, "together": [[0, 1]]},
        ("strangers-quote",),
    ),
)

FORWARD_HEAD = (
    "---------- Forwarded message ---------\r\n"
    "From: Ida Holm <ida@fjord.example>\r\nSubject: Radiator stays cold\r\n\r\n"
)


def _forward(name: str, subject: str, *extra: str, body: str = FORWARD_HEAD + BODY, sender: str = OLE) -> Case:
    raw = mail(body, *extra, from_=sender, subject=subject, message_id="<fwd@harbour.example>")
    return _apart(f"forward-{name}", [letter(0), raw], "forward", "forward")


FORWARDS = (
    _forward("fwd", f"Fwd: {SUBJECT}", f"References: {ref(0)}"),
    _forward("fw", f"FW: {SUBJECT}", f"In-Reply-To: {ref(0)}"),
    _forward("german", f"WG: {SUBJECT}", f"References: {ref(0)}"),
    _forward("french", f"TR : {SUBJECT}", f"References: {ref(0)}"),
    _forward("spanish", f"RV: {SUBJECT}", f"References: {ref(0)}"),
    _forward("swedish", f"VB: {SUBJECT}", f"References: {ref(0)}"),
    _forward("polish", f"PD: {SUBJECT}", f"References: {ref(0)}"),
    _forward("chinese", f"转发: {SUBJECT}", f"References: {ref(0)}"),
    _forward("nested-prefixes", f"Fwd: Re: AW: {SUBJECT}", f"References: {ref(0)}"),
    _forward("unmarked", SUBJECT, f"References: {ref(0)}"),
    _forward("by-the-customer-herself", f"Fwd: {SUBJECT}", f"References: {ref(0)}", sender=IDA),
    _apart(
        "forward-as-attachment",
        [
            letter(0),
            envelope(
                group("mixed", part("See below."), part(letter(0), "message/rfc822")),
                from_=OLE,
                subject=f"Fwd: {SUBJECT}",
                message_id="<fwd2@harbour.example>",
            ),
        ],
        "forward",
    ),
)

TOPIC = "By the way, we need a new bathroom in the summer house. Could you make an offer?\r\n"
TOPICS = (
    Case(
        "strangers/new-topic-in-a-reply",
        [letter(0), mail(TOPIC, f"In-Reply-To: {ref(0)}", subject="New bathroom", message_id=ref(2))],
        TICKET,
        {"together": [[0, 1]], "linked": [(1, 1, "split")]},
        ("new-topic",),
    ),
    Case(
        "strangers/our-own-new-subject",
        [
            letter(0),
            letter(1, parents=(0,), subject="Your appointment tomorrow"),
            letter(2, parents=(0, 1), subject="Re: Your appointment tomorrow"),
        ],
        TICKET,
        {"tickets": 1, "together": [[0, 1, 2]], "linked": []},
        ("new-topic",),
    ),
    Case(
        "strangers/one-mail-two-inboxes",
        [
            b"Delivered-To: support@acme.example\r\n" + letter(0),
            b"Delivered-To: sales@acme.example\r\n" + letter(0),
        ],
        DUPLICATE,
        {"messages": 1},
        ("several-inboxes",),
        inboxes=("support@acme.example", "sales@acme.example"),
    ),
    Case(
        "strangers/one-mail-three-inboxes",
        [letter(0)] * 3,
        DUPLICATE,
        {"messages": 1},
        ("several-inboxes",),
        inboxes=("support@acme.example", "sales@acme.example", "billing@acme.example"),
    ),
    Case(
        "strangers/one-mail-inbox-and-journal",
        [letter(0), b"Delivered-To: journal@acme.example\r\n" + letter(0)],
        DUPLICATE,
        {"messages": 1, "tickets": 1},
        ("several-inboxes",),
        inboxes=("support@acme.example", "journal@acme.example"),
    ),
)

CASES = NEWSLETTERS + QUOTES + FORWARDS + TOPICS
