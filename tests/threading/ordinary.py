"""Stories whose mails belong together, however badly they say so."""

from tests.threading.letters import DESK, Letter, Person, raw_mail
from tests.threading.programs import ANDROID, APPLE, BARE_WEB, DROPPING, GMAIL, NOTES, OUTLOOK, REWRITER, TICKETING
from tests.threading.talks import Story


def plain_talk(story: Story) -> None:
    """Two to eight turns, in the order they were written."""
    story.talk(story.person(), story.dice.randrange(2, 9))


def torn_references(story: Story) -> None:
    """The customer's program drops or overwrites References."""
    story.talk(story.person(story.dice.choice(DROPPING)), story.dice.randrange(3, 8))


def only_references(story: Story) -> None:
    """No In-Reply-To at all."""
    story.talk(story.person(BARE_WEB), story.dice.randrange(3, 7))


def rewritten_references(story: Story) -> None:
    """A gateway puts an id of its own into References."""
    story.talk(story.person(REWRITER), story.dice.randrange(3, 6))


def staff_outside(story: Story) -> None:
    """Staff answer from their own program, twice in a row, sometimes before the question has arrived here."""
    customer = story.person()
    first = story.put(story.opening(customer))
    answer = story.put(story.answer(story.staff(), first))
    more = story.put(story.answer(story.staff(), story.dice.choice([first, answer])))
    story.put(story.answer(customer, more))
    if story.dice.random() < 0.5:
        story.mails[:2] = story.mails[1::-1]


def staff_begins(story: Story) -> None:
    """We wrote first; the customer answers."""
    customer = story.person()
    first = story.put(story.opening(story.staff(), to=customer.address))
    second = story.put(story.answer(customer, first))
    story.put(story.answer(story.staff(), second))


def colleague_joins(story: Story) -> None:
    """A colleague in copy answers, and brings another one."""
    customer, colleague, boss = story.person(), story.person(), story.person()
    first = story.put(story.opening(customer, cc=[colleague.shown]))
    second = story.put(story.answer(colleague, first))
    third = story.answer(customer, second)
    third.cc.append(boss.address)
    story.put(third)
    story.put(story.answer(boss, third))
    story.put(story.answer(story.staff(), third))


def lost_ancestor(story: Story) -> None:
    """What all of them answer was never seen here: it went past the desk."""
    customer = story.person(story.dice.choice([GMAIL, OUTLOOK, NOTES, ANDROID]))
    lost = story.opening(story.staff(), to=customer.address)
    for _ in range(story.dice.randrange(2, 5)):
        story.put(story.answer(customer, lost))


def out_of_order(story: Story) -> None:
    """A conversation in any order at all."""
    if story.dice.random() < 0.5:
        colleague_joins(story)
    else:
        story.talk(story.person(), story.dice.randrange(3, 8))
    story.dice.shuffle(story.mails)


def newest_first(story: Story) -> None:
    """As a provider lists a mailbox."""
    story.talk(story.person(), story.dice.randrange(3, 9))
    story.mails.reverse()


def new_topic(story: Story) -> None:
    """Another matter under an old conversation stays there until somebody splits it."""
    customer = story.person(GMAIL)
    letters = story.talk(customer, 3)
    turned = story.answer(customer, letters[1])
    turned.subject = story.language.topic.format(n=story.number)
    story.put(turned)
    story.put(story.answer(story.staff(), turned))


def our_subject(story: Story) -> None:
    """We gave the answer a subject of our own."""
    customer = story.person()
    first = story.put(story.opening(customer))
    ours = story.answer(story.staff(), first)
    ours.subject = f"Acme {story.number}: {first.subject}"
    story.put(ours)
    story.put(story.answer(customer, ours))


def several_inboxes(story: Story) -> None:
    """One mail, delivered to several of our addresses and to the journal."""
    letters = story.talk(story.person(), 2)
    for box in story.dice.sample(["sales@acme.example", "billing@acme.example", "journal@acme.example"], 2):
        line = f"Delivered-To: {box}\r\n".encode()
        story.put(letters[0], raw=line + story.mails[0].raw)


def rewritten_ids(story: Story) -> None:
    """A gateway gave a copy another Message-ID, and answers name either."""
    customer = story.person(APPLE)
    first = story.put(story.opening(customer))
    copy = f"<{story.dice.getrandbits(90):x}@relay.example>"
    story.put(first, raw=story.mails[0].raw.replace(first.message_id.encode(), copy.encode()))
    for named in story.dice.sample([first.message_id, copy], 2):
        answer = story.answer(story.staff(), first)
        answer.parents = [named]
        story.put(answer)


def without_id(story: Story) -> None:
    """No Message-ID, delivered more than once; the same bytes are the same mail."""
    letter = story.opening(story.person())
    letter.message_id = ""
    story.put(letter)
    for _ in range(story.dice.randrange(1, 3)):
        story.put(letter, raw=story.mails[0].raw)


def machines(story: Story) -> None:
    """An absence and a bounce that belong to what we wrote."""
    customer = story.person(OUTLOOK)
    first = story.put(story.opening(customer))
    ours = story.put(story.answer(story.staff(), first))
    away = story.answer(customer, ours)
    away.subject = story.language.away.format(subject=ours.subject)
    away.headers.append("Auto-Submitted: auto-replied")
    story.put(away)
    story.put(ours, raw=bounce(story, ours, customer))


def bounce(story: Story, ours: Letter, unreached: Person) -> bytes:
    """A report that our answer came back (RFC 3464)."""
    daemon = Person("Mail Delivery System", f"mailer-daemon@{unreached.domain}", GMAIL, story.language)
    head = Letter(
        daemon, [DESK], "Undelivered Mail Returned to Sender", "", ours.at, f"<dsn-{story.number}@mx.example>"
    )
    report = raw_mail(head, ["Return-Path: <>"]).replace(
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    )
    status = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {unreached.address}\r\nAction: failed\r\n"
    parts = ("text/plain", "It did not arrive."), ("message/delivery-status", status)
    inside = "".join(f"--b\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts).encode()
    return report + inside + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + ours.raw(story.dice) + b"\r\n--b--\r\n"


def partner_desk(story: Story) -> None:
    """A partner's ticket system answers under a number of its own."""
    partner = story.person(TICKETING)
    first = story.put(story.opening(partner, subject=f"[Partner #{story.number}] {story.subject()}"))
    for _ in range(story.dice.randrange(1, 4)):
        ours = story.put(story.answer(story.staff(), first))
        first = story.put(story.answer(partner, ours))


def web_form(story: Story) -> None:
    """A form of the web site writes for the customer, who answers under their own address."""
    customer = story.person()
    form = Person("Contact form", "no-reply@forms.example", GMAIL, story.language)
    first = story.opening(form, subject="Contact form")
    first.headers.append(f"Reply-To: {customer.address}")
    story.put(first)
    ours = story.answer(story.staff(), first)
    ours.to = [customer.address]
    story.put(ours)
    story.put(story.answer(customer, ours))


def signed_address(story: Story) -> None:
    """Nothing is left of the thread but the address to which the answer goes, or an address and a wrong reference."""
    customer = story.person(story.dice.choice([ANDROID, NOTES, GMAIL]))
    first = story.put(story.opening(customer))
    for _ in range(story.dice.randrange(1, 3)):
        answer = story.opening(customer, to=story.address(), subject=f"Re: {first.subject}")
        answer.parents = story.dice.choice([[], ["<never-seen@elsewhere.example>"]])
        story.put(answer)


def signed_headers(story: Story) -> None:
    """A partner's system hands our own headers back."""
    partner = story.person(TICKETING)
    first = story.put(story.opening(partner))
    answer = story.opening(partner, subject=f"Update: {first.subject}")
    answer.headers.append(story.marks())
    story.put(answer)


def broken_headers(story: Story) -> None:
    """Dates, charsets and bytes that are broken do not tear a thread."""
    letters = story.talk(story.person(GMAIL), 3)
    spoil = story.dice.choice(
        [
            (b"Date: ", b"Date: Mon, 99 Feb 2026 99:99 "),
            (b"Subject: ", b"Subject: \x00"),
            (b"charset=utf-8", b"charset=x-klingon"),
            (b"Date: ", b"X-Lost-Date: "),
        ]
    )
    last = story.mails.pop()
    story.put(letters[-1], raw=last.raw.replace(*spoil, 1))


ORDINARY = {
    "plain": (plain_talk, 14),
    "references dropped": (torn_references, 10),
    "only references": (only_references, 4),
    "references rewritten": (rewritten_references, 4),
    "staff outside the desk": (staff_outside, 6),
    "staff begins": (staff_begins, 3),
    "colleagues": (colleague_joins, 6),
    "common ancestor": (lost_ancestor, 5),
    "out of order": (out_of_order, 12),
    "newest first": (newest_first, 8),
    "new topic": (new_topic, 4),
    "our subject": (our_subject, 4),
    "several inboxes": (several_inboxes, 4),
    "rewritten ids": (rewritten_ids, 4),
    "no id": (without_id, 3),
    "machines": (machines, 4),
    "partner's desk": (partner_desk, 4),
    "web form": (web_form, 4),
    "signed address": (signed_address, 4),
    "signed headers": (signed_headers, 2),
    "broken headers": (broken_headers, 3),
}
"""Row: (its story, its share)."""
