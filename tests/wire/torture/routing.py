"""Who a mail was for, and what a later mail may change."""

from tests.wire.torture.case import DUPLICATE, JOURNAL, SUPPORT, TICKET, Answer, Case, Holds
from tests.wire.torture.raw import BODY, mail
from tests.wire.torture.threads import SUBJECT, letter, ref

ALLOW = ("support@acme.example", "sales@acme.example")
GMAIL, DELIVERED, ORIGINAL = "X-Gm-Original-To: ", "Delivered-To: ", "X-Original-To: "


def _for(
    name: str,
    recipient: str | None,
    source: str,
    *extra: str,
    allow: tuple[str, ...] = ALLOW,
    **fields: str | bytes | None,
) -> Case:
    holds: Holds = {"recipient": {0: recipient}, "source": {0: source}}
    return Case(f"routing/{name}", [mail(BODY, *extra, **fields)], TICKET, holds, allow=allow)


RECIPIENTS = (
    _for(
        "workspace-header",
        "sales@acme.example",
        "workspace_header",
        GMAIL + "sales@acme.example",
        DELIVERED + JOURNAL,
    ),
    _for(
        "workspace-header-odd-case",
        "sales@acme.example",
        "workspace_header",
        "x-GM-original-TO: Sales@ACME.example",
    ),
    _for("workspace-header-is-the-journal", SUPPORT, "to_cc_scan", GMAIL + JOURNAL, DELIVERED + JOURNAL),
    _for("delivered-to", "sales@acme.example", "delivered_to", DELIVERED + "sales@acme.example"),
    _for("delivered-to-is-the-journal", SUPPORT, "to_cc_scan", DELIVERED + JOURNAL),
    _for(
        "delivered-to-twice",
        "sales@acme.example",
        "delivered_to",
        DELIVERED + JOURNAL,
        DELIVERED + "sales@acme.example",
    ),
    _for(
        "x-original-to",
        "sales@acme.example",
        "x_original_to",
        ORIGINAL + "<sales@acme.example>",
        DELIVERED + JOURNAL,
    ),
    _for("first-allowlisted-in-to", SUPPORT, "to_cc_scan", to=f"Ole <ole@harbour.example>, {SUPPORT}"),
    _for(
        "allowlisted-only-in-cc",
        "sales@acme.example",
        "to_cc_scan",
        to="ole@harbour.example",
        cc="sales@acme.example",
    ),
    _for(
        "own-inbox-before-others-without-allowlist",
        SUPPORT,
        "to_cc_scan",
        allow=(),
        to=f"ole@harbour.example, {SUPPORT}",
    ),
    _for("nobody", None, "unknown", allow=(), to=None),
    _for("only-the-journal", None, "unknown", DELIVERED + JOURNAL, allow=(), to=JOURNAL),
    _for("headers-empty", SUPPORT, "to_cc_scan", GMAIL, DELIVERED, ORIGINAL),
    _for("headers-garbage", SUPPORT, "to_cc_scan", GMAIL + "<<>>", DELIVERED + '"'),
    Case(
        "routing/not-allowlisted-is-spam",
        [mail(to="info@else.example")],
        TICKET,
        {"status": {0: "spam"}},
        allow=ALLOW,
    ),
)

STAFF = letter(1, parents=(0,))
LIVE: Holds = {"tickets": 1, "together": [[0, 1]], "not_status": {0: "spam", 1: "spam"}}
LATER = (
    Case(
        "routing/journal-copy-of-staff-answer",
        [letter(0), STAFF],
        TICKET,
        {**LIVE, "requester": {0: "ida@fjord.example"}},
        ("staff-outside-the-desk",),
        allow=ALLOW,
    ),
    Case(
        "routing/journal-copy-of-own-answer",
        [letter(0), b"%%answer-0-raw%%"],
        DUPLICATE,
        LIVE,
        ("staff-outside-the-desk",),
        (Answer(0),),
        ALLOW,
    ),
    Case(
        "routing/staff-answer-before-the-question",
        [STAFF, letter(0)],
        TICKET,
        {**LIVE, "requester": {0: "ida@fjord.example"}},
        ("staff-outside-the-desk", "out-of-order"),
        allow=ALLOW,
    ),
    Case(
        "routing/reply-to-other-address",
        [
            letter(0),
            mail("More.", f"In-Reply-To: {ref(0)}", to="ole@harbour.example", subject=f"Re: {SUBJECT}"),
        ],
        TICKET,
        LIVE,
        allow=ALLOW,
    ),
    Case(
        "routing/stranger-to-other-address",
        [
            letter(0),
            mail(
                "Me too.",
                f"In-Reply-To: {ref(0)}",
                from_="eve@else.example",
                to="x@else.example",
                subject=f"Re: {SUBJECT}",
            ),
        ],
        TICKET,
        {"apart": [(0, 1)], "not_status": {0: "spam"}},
        ("strangers-quote",),
        allow=ALLOW,
    ),
    Case(
        "routing/reply-reopens-resolved",
        [letter(0), letter(2, parents=(0,))],
        TICKET,
        {"tickets": 1, "status": {1: "open"}},
        answers=(Answer(0, "resolve"),),
    ),
    Case(
        "routing/reply-reopens-closed",
        [letter(0), letter(2, parents=(0,))],
        TICKET,
        {"tickets": 1, "status": {1: "open"}},
        answers=(Answer(0, "close"),),
    ),
    Case(
        "routing/staff-answer-keeps-resolved",
        [letter(0), STAFF],
        TICKET,
        {"tickets": 1, "status": {1: "resolved"}},
        ("staff-outside-the-desk",),
        (Answer(0, "resolve"),),
    ),
    Case(
        "routing/reply-keeps-assignment",
        [letter(0), letter(2, parents=(0,))],
        TICKET,
        {"tickets": 1, "assigned_stays": True},
        answers=(Answer(0, "assign"),),
    ),
    Case(
        "routing/reply-keeps-spam-set-by-hand",
        [letter(0), letter(2, parents=(0,))],
        TICKET,
        {"tickets": 1, "status": {1: "spam"}},
        answers=(Answer(0, "spam"),),
    ),
)

CASES = RECIPIENTS + LATER
