"""Mail that machines send: absences, lists, bounces, loops."""

from tests.wire.torture.case import SUPPORT, TICKET, Answer, Case, Holds
from tests.wire.torture.raw import BODY, envelope, group, mail, part
from tests.wire.torture.threads import IDA, SUBJECT, letter, ref


def _machine(name: str, *extra: str, bounce: bool = False, answered: bool = True, **fields: str) -> Case:
    """A machine answers Ida's ticket or writes first: shown, but nothing reopens and nobody is answered back."""
    given: dict[str, str | bytes | None] = {"subject": f"Automatic reply: {SUBJECT}", "from_": IDA}
    raw = mail("I am away until Monday.", *extra, **{**given, **fields})
    holds: Holds = {"automatic": True, "bounce": bounce}
    mails = [letter(0), raw] if answered else [raw]
    if answered:
        holds["status"] = {1: "resolved"}
    return Case(f"routing/machine-{name}", mails, TICKET, holds, answers=(Answer(0, "resolve"),) if answered else ())


REPORT = group(
    "report",
    part("Your mail could not be delivered."),
    part(
        "Reporting-MTA: dns; mx.fjord.example\r\n\r\n"
        "Final-Recipient: rfc822; ida@fjord.example\r\nAction: failed\r\nStatus: 5.1.1",
        "message/delivery-status",
    ),
    part(letter(1, parents=(0,)), "message/rfc822"),
    extra="; report-type=delivery-status",
)
IN_REPLY = f"In-Reply-To: {ref(0)}"
CASES = (
    _machine("out-of-office", IN_REPLY, "Auto-Submitted: auto-replied"),
    _machine(
        "out-of-office-of-exchange",
        IN_REPLY,
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: auto-generated",
    ),
    _machine("precedence-auto-reply", IN_REPLY, "Precedence: auto_reply"),
    _machine("precedence-bulk", "Precedence: bulk", "List-Id: <news.shop.example>", answered=False),
    _machine(
        "list-headers",
        "List-Id: <news.shop.example>",
        "List-Unsubscribe: <https://shop.example/u>",
        "Auto-Submitted: auto-generated",
        answered=False,
    ),
    Case(
        "routing/human-says-not-automatic",
        [mail(BODY, "Auto-Submitted: no")],
        holds={"automatic": False, "bounce": False},
    ),
    Case(
        "routing/bounce",
        [
            envelope(
                REPORT,
                "Return-Path: <>",
                "Auto-Submitted: auto-replied",
                from_="MAILER-DAEMON@fjord.example",
                subject="Undelivered Mail Returned to Sender",
            )
        ],
        holds={"automatic": True, "bounce": True},
    ),
    Case(
        "routing/bounce-of-our-answer",
        [
            mail(),
            envelope(
                REPORT,
                "In-Reply-To: %%answer-0-id%%",
                from_="MAILER-DAEMON@fjord.example",
                subject="Undelivered Mail Returned to Sender",
            ),
        ],
        holds={"bounce": True, "together": [[0, 1]], "tickets": 1},
        answers=(Answer(0),),
    ),
    Case(
        "routing/bounce-without-report",
        [
            mail(
                "The following address failed:\r\nida@fjord.example",
                "Return-Path: <>",
                from_="Mail Delivery System <mailer-daemon@fjord.example>",
                subject="Delivery failure",
            )
        ],
        holds={"bounce": True},
    ),
    Case(
        "routing/loop-of-auto-replies",
        [
            mail(
                "away",
                "Auto-Submitted: auto-replied",
                f"References: {ref(0)}",
                message_id=f"<loop{n}@fjord.example>",
                date=f"Tue, 10 Feb 2026 09:{n:02d}:00 +0100",
            )
            for n in range(20)
        ],
        holds={"automatic": True},
    ),
    Case("routing/from-our-own-address", [mail(from_=SUPPORT, to=SUPPORT)], holds={"text_has": ["hall"]}),
)
