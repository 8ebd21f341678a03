"""Stories whose mails must stay apart, however much they look alike."""

from collections.abc import Callable

from tests.threading.letters import DESK, Person
from tests.threading.programs import GMAIL, OUTLOOK
from tests.threading.talks import Story


def newsletter(story: Story) -> None:
    """Many answer one newsletter, which may or may not have been seen here; each answer is a matter of its own."""
    news = story.opening(story.staff(), to=f"customers-{story.number}@acme.example")
    news.headers += [f"List-Id: <news{story.number}.acme.example>", "Precedence: bulk"]
    readers = [story.person() for _ in range(story.dice.randrange(3, 7))]
    answers = [(place, story.answer(reader, news)) for place, reader in enumerate(readers)]
    for place, answer in answers:
        answer.to, answer.cc = [DESK], []
        story.put(answer, f"r{place}")
    if story.dice.random() < 0.5:
        story.put(news, "news")
        story.dice.shuffle(story.mails)
    again = story.answer(readers[0], story.answer(story.staff(), answers[0][1]))
    again.parents = [*answers[0][1].parents, answers[0][1].message_id]
    story.put(again, "r0")


def quoting_stranger(story: Story) -> None:
    """Somebody else names the conversation's ids, with the customer in copy or not."""
    customer, stranger = story.person(), story.person(GMAIL)
    letters = story.talk(customer, 3)
    named = story.opening(stranger, subject=f"Re: {letters[0].subject}")
    named.parents = [letter.message_id for letter in story.dice.sample(letters, 2)]
    if story.dice.random() < 0.3:
        named.cc = [customer.address]
    story.put(named, "stranger")
    story.put(story.answer(customer, letters[1]))


def stolen_id(story: Story) -> None:
    """A stranger uses the Message-ID of another's mail for their own."""
    customer, stranger = story.person(GMAIL), story.person(GMAIL)
    letters = story.talk(customer, 2)
    stolen = story.opening(stranger, subject=letters[0].subject)
    stolen.message_id = letters[0].message_id
    if story.dice.random() < 0.3:
        stolen.cc = [customer.address]
    story.put(stolen, "stranger")
    story.put(story.answer(customer, letters[1]))


def counted_ids(story: Story) -> None:
    """A device that counts its Message-IDs from one, at two customers."""
    for place in ("a", "b"):
        owner = story.person()
        letter = story.opening(owner, subject="Status report")
        letter.message_id = f"<{story.number % 5}@localhost>"
        story.put(letter, place)


def forward(story: Story) -> None:
    """Passed on by a colleague or by the customer, marked in their language or not at all."""
    customer = story.person()
    letters = story.talk(customer, 3)
    passing = story.dice.choice([customer, story.person(OUTLOOK)])
    sent = story.answer(passing, letters[-1])
    marked = story.dice.random() < 0.7
    sent.subject = f"{story.language.forward}: {letters[0].subject}" if marked else letters[0].subject
    head = f"From: {letters[0].sender.address}\r\nSubject: {letters[0].subject}"
    sent.quoted = f"{story.language.passed_on}\r\n{head}\r\n\r\n{letters[0].text}"
    sent.to, sent.cc = [DESK], []
    story.put(sent, "forward", "a" if passing is customer else "other")


def same_subject(story: Story) -> None:
    """Strangers who write under one subject, some of them as if answering."""
    subject = story.subject()
    for place in range(story.dice.randrange(2, 6)):
        one = story.opening(story.person(), subject=story.dice.choice([subject, f"Re: {subject}", subject.upper()]))
        story.put(one, f"s{place}")


def second_mail(story: Story) -> None:
    """The same sender again before any answer: a matter of its own unless the house says otherwise."""
    customer = story.person()
    first = story.put(story.opening(customer))
    story.put(story.opening(customer, subject=story.dice.choice([first.subject, story.subject()])), "b", "a")


def form_crowd(story: Story) -> None:
    """A web form's one address and one subject, for many customers."""
    form = Person("Contact form", "no-reply@forms.example", GMAIL, story.language)
    for place in range(story.dice.randrange(2, 5)):
        letter = story.opening(form, subject="Contact form")
        letter.headers.append(f"Reply-To: {story.person().address}")
        story.put(letter, f"f{place}")


def alike_without_ids(story: Story) -> None:
    """No Message-ID, one machine, one second, one subject: different words are different mails."""
    sender, first = story.person(), None
    for place in ("a", "b"):
        letter = story.opening(sender, subject="Alarm")
        letter.message_id, letter.at = "", first or letter.at
        first = letter.at
        story.put(letter, place, "a")


def another_address(story: Story) -> None:
    """The customer answers from an address that nobody here knows: nearby, not inside."""
    letters = story.talk(story.person(), 2)
    story.put(story.answer(story.person(), letters[-1], everyone=False), "elsewhere")


def number_quoted(story: Story) -> None:
    """A number of a ticket in subject or text is a mention, whoever writes it."""
    customer, stranger = story.person(), story.person()
    story.talk(customer, 2)
    letter = story.opening(stranger, subject=f"[tkt-abcdefghijklmno{story.number % 6 + 2}] {story.subject()}")
    story.put(letter, "stranger")


def stolen_marks(story: Story) -> None:
    """A stranger got hold of our reply address and our signed headers."""
    customer, stranger = story.person(), story.person()
    first = story.put(story.opening(customer))
    letter = story.opening(stranger, to=story.address(), subject=f"Re: {first.subject}")
    letter.headers.append(story.marks())
    story.put(letter, "stranger")


def forged_marks(story: Story) -> None:
    """Marks of our kind that nobody signed, from the customer: a new matter stays one."""
    customer = story.person()
    first = story.put(story.opening(customer))
    letter = story.opening(customer, to="ticket+tkt-abcdefghijklmnop.aaaaaaaaaaaaaaaa@in.acme.example")
    letter.subject = f"Another matter, not {first.subject}"
    letter.headers += [
        f"X-OSS-Ticket-ID: 7b2f6c1e-0f0a-4f5e-9d38-{story.number:012x}",
        f"X-OSS-Signature: v1={'0' * 64}",
    ]
    story.put(letter, "b", "a")


def fearful(story: Story) -> None:
    """Mails that break a rule or a limit, each a matter of its own: shown as far as they go, or put aside whole."""
    for place, spoil in enumerate(story.dice.sample(SPOILT, 3)):
        letter = story.opening(story.person(GMAIL))
        story.put(letter, f"f{place}", raw=spoil(letter.raw(story.dice)))
    last = story.opening(story.person(GMAIL))
    story.put(last, "bomb", raw=story.dice.choice([header_bomb, crowd_of_files])(last.raw(story.dice)))


def header_bomb(raw: bytes) -> bytes:
    """A header longer than any limit."""
    return b"X-Long: " + b"a" * 1_100_000 + b"\r\n" + raw


def crowd_of_files(raw: bytes) -> bytes:
    """More attachments than a mail may have, each of a few bytes."""
    head = raw.partition(b"\r\n\r\n")[0].replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"')
    part = b"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1\r\n"
    return head + b"\r\n\r\n" + part * 1_001 + b"--b--\r\n"


def base64_bomb(raw: bytes) -> bytes:
    """A body that calls itself base64, and is endless noise."""
    return raw.replace(b"Transfer-Encoding: 8bit", b"Transfer-Encoding: base64") + b"=A" * 50_000


SPOILT: tuple[Callable[[bytes], bytes], ...] = (
    base64_bomb,
    lambda raw: raw.replace(b"From: ", b"X-From: ", 1),
    lambda raw: raw.replace(b"Subject: ", b"Subject: \0\0", 1),
    lambda raw: raw.replace(b"Date: ", b"Date: the day before ", 1),
    lambda raw: raw.replace(b"charset=utf-8", b"charset=\xff\xfe", 1),
)
APART = {
    "newsletter": (newsletter, 5),
    "stranger quotes": (quoting_stranger, 5),
    "stolen id": (stolen_id, 4),
    "counted ids": (counted_ids, 3),
    "forward": (forward, 6),
    "same subject": (same_subject, 5),
    "second mail": (second_mail, 4),
    "form crowd": (form_crowd, 3),
    "alike without ids": (alike_without_ids, 3),
    "another address": (another_address, 3),
    "stolen marks": (stolen_marks, 3),
    "forged marks": (forged_marks, 3),
    "number quoted": (number_quoted, 3),
    "fearful": (fearful, 2),
}
"""Row: (its story, its share)."""
