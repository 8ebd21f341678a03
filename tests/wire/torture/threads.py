"""Conversations whose thread is torn or tangled, in several orders of arrival."""

from collections.abc import Iterator

from tests.wire.torture.case import TICKET, Answer, Case, Holds
from tests.wire.torture.raw import mail

IDA, OLE, DESK = (
    "Ida Holm <ida@fjord.example>",
    "Ole Berg <ole@harbour.example>",
    "Acme Support <support@acme.example>",
)
SUBJECT = "Radiator stays cold"


def ref(number: int) -> str:
    return f"<letter-{number}@fjord.example>"


def letter(
    number: int,
    *,
    parents: tuple[int, ...] = (),
    in_reply_to: bool = True,
    references: bool = True,
    sender: str = "",
    subject: str = "",
    body: str = "",
    extra: tuple[str, ...] = (),
) -> bytes:
    """Letter `number` of a conversation; Ida writes the even ones, the desk (through the journal) the odd ones."""
    sender = sender or (DESK if number % 2 else IDA)
    return mail(
        body or f"This is letter {number} about the radiator.\r\n",
        *([f"In-Reply-To: {ref(parents[-1])}"] if parents and in_reply_to else []),
        *(["References: " + "\r\n ".join(map(ref, parents))] if parents and references else []),
        *extra,
        from_=sender,
        to=IDA if sender == DESK else DESK,
        subject=subject or ("Re: " if parents else "") + SUBJECT,
        message_id=ref(number),
        date=f"Tue, 10 Feb 2026 {9 + number:02d}:12:33 +0100",
    )


def in_orders(name: str, mails: list[bytes], orders: list[str], row: str, reason: str = "threading") -> Iterator[Case]:
    """The same conversation in several orders of arrival, each given as digits: "210" is newest first."""
    for order in orders:
        places = [int(digit) for digit in order]
        holds: Holds = {"tickets": 1, "messages": len(mails), "together": [list(range(len(mails)))]}
        if order == "".join(sorted(order)):
            holds["reasons"] = {0: "new_ticket", **dict.fromkeys(range(1, len(mails)), reason)}
        rows = (row,) if places == sorted(places) else (row, "out-of-order")
        yield Case(f"threads/{name}-{order}", [mails[place] for place in places], TICKET, holds, rows)


FULL = [letter(0), letter(1, parents=(0,)), letter(2, parents=(0, 1)), letter(3, parents=(0, 1, 2))]
ONLY_IN_REPLY_TO = [
    letter(0),
    letter(1, parents=(0,), references=False),
    letter(2, parents=(1,), references=False),
]
ONLY_REFERENCES = [
    letter(0),
    letter(1, parents=(0,), in_reply_to=False),
    letter(2, parents=(0, 1), in_reply_to=False),
]
OVERWRITTEN = [
    letter(0),
    letter(1, parents=(0,)),
    letter(2, parents=(0, 1), references=False, extra=("References: <other@client.example>",)),
]
MIXED_UP = [letter(0), letter(1, parents=(0,)), letter(2, parents=(1, 0))]
BRANCHES = [letter(0), letter(1, parents=(0,)), letter(2, parents=(0,)), letter(4, parents=(0, 2))]
LONG = [letter(n, parents=tuple(range(n))) for n in range(9)]
RENAMED = [letter(0), letter(1, parents=(0,)), letter(2, parents=(0, 1), subject="AW: Radiator stays cold")]
SHOUTED = [letter(0, extra=("X-Filler: 1",)), letter(1, parents=(0,)).replace(b"In-Reply-To", b"IN-REPLY-TO")]

ORDERED = (
    *in_orders("full", FULL, ["0123", "3210", "1032", "2301", "3021"], "out-of-order"),
    *in_orders("nine-letters", LONG, ["012345678", "876543210", "408162735"], "out-of-order"),
    *in_orders("only-in-reply-to", ONLY_IN_REPLY_TO, ["012", "210", "102", "201"], "references-dropped"),
    *in_orders("only-references", ONLY_REFERENCES, ["012", "210", "120"], "references-dropped"),
    *in_orders("references-overwritten", OVERWRITTEN, ["012", "210", "021"], "references-dropped"),
    *in_orders("references-reversed", MIXED_UP, ["012", "210"], "references-dropped"),
    *in_orders("branches", BRANCHES, ["0123", "3120", "2310"], "out-of-order"),
    *in_orders("prefix-of-another-language", RENAMED, ["012", "201"], "out-of-order"),
    *in_orders("header-names-in-capitals", SHOUTED, ["01", "10"], "out-of-order"),
    *in_orders("staff-answer-from-the-journal", FULL[:3], ["012", "102", "210"], "staff-outside-the-desk"),
)

SIBLINGS = [letter(2, parents=(0,)), letter(4, parents=(0,)), letter(6, parents=(0, 4))]
CHILD_OF_DESK = [letter(2, parents=(1,)), letter(4, parents=(1,))]
CYCLE = [
    mail("one", f"In-Reply-To: {ref(11)}", message_id=ref(10)),
    mail("two", f"In-Reply-To: {ref(10)}", message_id=ref(11)),
]


def _together(name: str, mails: list[bytes], row: str, **confidence: str) -> Case:
    holds: Holds = {"tickets": 1, "together": [list(range(len(mails)))]}
    if confidence:
        holds["confidence"] = {len(mails) - 1: confidence["last"]}
    return Case(f"threads/{name}", mails, TICKET, holds, (row,))


ANCESTORS = (
    _together("common-ancestor-never-seen", SIBLINGS[:2], "common-ancestor", last="medium"),
    _together("common-ancestor-three-children", SIBLINGS, "common-ancestor"),
    _together("common-ancestor-is-ours", CHILD_OF_DESK, "common-ancestor", last="medium"),
    _together("common-ancestor-arrives-later", [*SIBLINGS[:2], letter(0)], "common-ancestor"),
    _together("common-ancestor-between", [SIBLINGS[0], letter(0), SIBLINGS[1]], "common-ancestor"),
    _together(
        "two-threads-heal-into-one",
        [letter(0), letter(3, parents=(2,)), letter(2, parents=(1,)), letter(1, parents=(0,))],
        "out-of-order",
    ),
    _together("cycle", CYCLE, "out-of-order"),
)

DESK_ANSWERED = (Answer(0),)
REPLY = "Tomorrow is fine.\r\n\r\n> We will come by tomorrow morning.\r\n"
REPLIED: Holds = {"tickets": 1, "together": [[0, 1]], "messages": 3}


def _reply(name: str, *extra: str, reason: str, row: str = "references-dropped", **fields: str) -> Case:
    """Ida answers the desk's answer; only `extra` and `fields` tell where it belongs."""
    given: dict[str, str | bytes | None] = {
        "subject": f"Re: {SUBJECT}",
        "date": "Wed, 11 Feb 2026 09:00:00 +0100",
    }
    raw = mail(REPLY, *extra, **{**given, **fields})
    return Case(f"threads/{name}", [mail(), raw], TICKET, {**REPLIED, "reasons": {1: reason}}, (row,), DESK_ANSWERED)


MARKED = (
    _reply("reply-to-our-id", "In-Reply-To: %%answer-0-id%%", reason="threading"),
    _reply("reply-to-our-id-in-references", "References: <lost@x.example> %%answer-0-id%%", reason="threading"),
    _reply("reply-to-our-address", reason="reply_to_token", to="%%answer-0-address%%"),
    _reply("our-address-in-cc", reason="reply_to_token", cc="Acme <%%answer-0-address%%>"),
    _reply("our-address-in-delivered-to", "Delivered-To: %%answer-0-address%%", reason="reply_to_token"),
    _reply(
        "our-address-beats-lost-thread",
        "In-Reply-To: <never@seen.example>",
        reason="reply_to_token",
        to="%%answer-0-address%%",
    ),
    _reply(
        "new-subject-same-thread",
        "In-Reply-To: %%answer-0-id%%",
        reason="threading",
        row="new-topic",
        subject="Tomorrow",
    ),
)

CASES = ORDERED + ANCESTORS + MARKED
