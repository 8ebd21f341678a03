"""Senders and receivers that address parsers stumble over, and Message-IDs nobody should send."""

from tests.wire.torture.case import QUARANTINE, Case, Holds
from tests.wire.torture.raw import BODY, mail

IDA = "ida@fjord.example"


def _from(name: str, value: str | bytes | None, sender: str | None = "", why: str = "") -> Case:
    """A mail from `value`; an empty `sender` leaves open what is read."""
    holds: Holds = {"text_has": ["hall"]}
    if sender != "":
        holds["sender"] = sender
    return Case(f"addresses/{name}", [mail(from_=value)], holds=holds, rows=(why,) if why else ())


def _id(name: str, value: str | bytes | None) -> Case:
    return Case(f"addresses/message-id-{name}", [mail(message_id=value)], holds={"text_has": ["hall"]})


def _crowd(count: int) -> str:
    return ",\r\n ".join(f"guest{n:05d}@halls.example" for n in range(count))


SENDERS = (
    _from("no-from", None, None, "no-from"),
    _from("empty-from", "", None),
    _from("only-a-name", "Ida Holm"),
    _from("only-a-quote", '"'),
    _from("only-angle-brackets", "<>", None),
    _from("group", "undisclosed-recipients:;"),
    _from("two-people", "Ida <ida@fjord.example>, Ole <ole@fjord.example>", IDA),
    _from("quotes-and-commas", '"Holm, Ida \\"the boss\\"" <ida@fjord.example>', IDA),
    _from("unquoted-comma", "Holm, Ida <ida@fjord.example>"),
    _from("comment", "ida@fjord.example (Ida (of Fjord) Holm)", IDA),
    _from("comment-never-closed", "ida@fjord.example (Ida Holm"),
    _from("angle-never-closed", "Ida Holm <ida@fjord.example"),
    _from("angle-twice", "Ida <<ida@fjord.example>>"),
    _from("unclosed-bracket-domain", "Ida <ida@[127.0.0.1>"),
    _from("address-literal", "Ida <ida@[127.0.0.1]>"),
    _from("quoted-local-part", '"ida holm"@fjord.example'),
    _from("route", "<@relay.example,@hub.example:ida@fjord.example>"),
    _from("capitals", "IDA@Fjord.Example", IDA),
    _from("two-at-signs", "Ida <ida@home@fjord.example>"),
    _from("name-is-an-address", '"service@bank.example" <ida@fjord.example>', IDA),
    _from("utf-8-address", "Jörg <jörg@mühle.example>"),
    _from("punycode-domain", "J <info@xn--mhle-0ra.example>", "info@xn--mhle-0ra.example"),
    _from("local-part-of-3-kb", f"Ida <{'i' * 3000}@fjord.example>"),
    _from("name-of-100-kb", f'"{"Ida " * 25_000}" <ida@fjord.example>'),
    _from("ten-thousand-comments", "(" * 10_000 + ")" * 10_000 + " ida@fjord.example"),
    _from("ten-thousand-open-quotes", '"' * 9_999 + " <ida@fjord.example>"),
    _from("local-network-name", "root (Cron Daemon)"),
)

RECEIVERS = (
    Case("addresses/reply-to-lone-quote", [mail(reply_to='"')], holds={"sender": IDA}),
    Case("addresses/reply-to-unclosed-bracket", [mail(reply_to="a@[b")], holds={"sender": IDA}),
    Case(
        "addresses/reply-to-other",
        [mail(reply_to="office@fjord.example")],
        holds={"sender": IDA, "requester": {0: "office@fjord.example"}},
    ),
    Case("addresses/no-to", [mail(to=None)], holds={"sender": IDA}),
    Case("addresses/to-undisclosed", [mail(to="undisclosed-recipients:;")], holds={"sender": IDA}),
    Case("addresses/to-with-semicolons", [mail(to="a@b.example; support@acme.example; c@d.example")]),
    Case(
        "addresses/to-trailing-commas",
        [mail(to=",, support@acme.example,,")],
        holds={"recipient": {0: "support@acme.example"}},
    ),
    Case("addresses/to-nested-groups", [mail(to="a: b: support@acme.example;;")]),
    Case("addresses/to-20000-addresses", lambda: [mail(to=_crowd(20_000))], holds={"sender": IDA}),
    Case("addresses/to-100000-addresses", lambda: [mail(to=_crowd(100_000))], QUARANTINE),
)

IDS = (
    _id("only-an-at-sign", "<@>"),
    _id("empty", ""),
    _id("empty-brackets", "<>"),
    _id("without-brackets", "plain-words@fjord.example"),
    _id("without-at-sign", "<20260210091233>"),
    _id("with-spaces", "< a b @ fjord.example >"),
    _id("with-comment", "<a1@fjord.example> (added by relay)"),
    _id("twice-in-one-line", "<a2@fjord.example> <a3@fjord.example>"),
    _id("folded", "\r\n <a4@fjord.example>"),
    _id("folded-inside", "<a5\r\n @fjord.example>"),
    _id("never-closed", "<a6@fjord.example"),
    _id("eight-bit", b"<gr\xfc\xdfe@fjord.example>"),
    _id("unclosed-literal", "<a7@[127.0.0.1>"),
    _id("encoded-word", "=?utf-8?Q?=3Ca8=40fjord.example=3E?="),
    _id("of-5-kb", f"<{'0123456789' * 500}@fjord.example>"),
    _id("of-500-kb", f"<{'0123456789' * 50_000}@fjord.example>"),
    Case("addresses/in-reply-to-prose", [mail(in_reply_to="Your message of Tuesday <x1@fjord.example> (Ida)")]),
    Case("addresses/in-reply-to-only-an-at-sign", [mail(in_reply_to="<@>")]),
    Case(
        "addresses/in-reply-to-own-id",
        [mail(message_id="<self@fjord.example>", in_reply_to="<self@fjord.example>")],
        holds={"tickets": 1},
    ),
    Case("addresses/references-garbage", [mail(references='<<<>>> , ; "" <a@b <c@d> e@f>')]),
    Case(
        "addresses/references-8000",
        [mail(references="\r\n ".join(f"<r{n}@fjord.example>" for n in range(8000)))],
        holds={"text_has": ["hall"]},
    ),
    Case("addresses/reference-of-5-kb", [mail(references=f"<{'r' * 5000}@fjord.example>")]),
    Case("addresses/many-bcc", [mail(BODY, "Bcc: " + _crowd(50))], holds={"sender": IDA}),
)

CASES = SENDERS + RECEIVERS + IDS
