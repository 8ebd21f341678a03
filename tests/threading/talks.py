"""Conversations in the making: who says what to whom, and which thread and customer each mail belongs to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from tests.threading.languages import LANGUAGES, Language
from tests.threading.letters import DESK, Letter, Person, later, quotation
from tests.threading.programs import PROGRAMS, THUNDERBIRD, Program

FIRST_DAY = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
NAMES = ("Anna", "Ben", "Chloé", "Dörte", "Emil", "Fatima", "Goran", "Hana", "Iñigo", "Jun", "Käthe", "Łukasz", "Mei")
FAMILIES = ("Lindqvist", "Großmann", "O'Neill", "da Silva", "Nowak", "Tanaka", "Petrov", "Müller", "Rossi", "Wang")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mail with the truth about it: its thread, whose matter it is, and the row of the contract it stands for.

    `%%address THREAD%%` and `%%marks THREAD%%` in its bytes stand for what only the desk knows by then: the signed
    reply address of that thread's ticket, and the signed header lines of a reply from it.
    """

    raw: bytes
    thread: str
    customer: str
    row: str


@dataclass(slots=True)
class Story:
    """One matter or several that could be mixed up; every address in it is its own."""

    row: str
    number: int
    dice: Random
    language: Language = LANGUAGES[0]
    mails: list[Labelled] = field(default_factory=list)
    people: int = 0
    at: datetime = FIRST_DAY

    @classmethod
    def begun(cls, row: str, number: int, dice: Random) -> "Story":
        """In a language and at a time of its own."""
        at = FIRST_DAY + timedelta(minutes=dice.randrange(60 * 24 * 250))
        return cls(row, number, dice, dice.choice(LANGUAGES), at=at)

    def person(self, program: Program | None = None) -> Person:
        """Somebody new."""
        self.people += 1
        first, family = self.dice.choice(NAMES), self.dice.choice(FAMILIES)
        address = f"p{self.number}-{self.people}@house{self.number % 97}.example"
        return Person(f"{first} {family}", address, program or self.dice.choice(PROGRAMS), self.language)

    def staff(self) -> Person:
        """One of us, writing from our inbox outside the desk."""
        return Person("Acme Support", DESK, THUNDERBIRD, self.language)

    def subject(self) -> str:
        """A matter."""
        return self.dice.choice(self.language.subjects).format(n=self.dice.randrange(1_000, 9_999))

    def sentence(self) -> str:
        """Something said; no two mails of the corpus say the same."""
        number = self.dice.randrange(10**6, 10**7)
        return self.dice.choice(self.language.sentences).format(n=number) + f"\r\n{self.number}/{number}"

    def opening(self, sender: Person, *, to: str = DESK, cc: list[str] | None = None, subject: str = "") -> Letter:
        """The first letter of a conversation."""
        self.at = later(self.at, self.dice)
        message_id = sender.program.message_id(self.dice, sender.domain)
        return Letter(sender, [to], subject or self.subject(), self.sentence(), self.at, message_id, cc=cc or [])

    def answer(self, sender: Person, to: Letter, *, everyone: bool = True) -> Letter:
        """An answer to a letter, to its sender (or to us) and all it went to."""
        self.at = later(self.at, self.dice)
        program = sender.program
        others = [one for one in (*to.to, *to.cc) if one not in (sender.address, sender.shown)]
        back = [to.sender.address] if to.sender.address != sender.address else others[:1]
        cc = [one for one in others if one not in back] if everyone else []
        quoted = quotation(to, self.language) if program.quotes and self.dice.random() < 0.8 else ""
        subject, message_id = program.answer(to.subject, self.language), program.message_id(self.dice, sender.domain)
        parents = [*to.parents, *([to.message_id] if to.message_id else [])]
        return Letter(sender, back, subject, self.sentence(), self.at, message_id, parents, cc, [], quoted)

    def put(self, letter: Letter, thread: str = "a", customer: str = "", *, raw: bytes | None = None) -> Letter:
        """A mail that arrives; threads and customers are named within the story."""
        whose = f"{self.number}{customer or thread}"
        mail = raw if raw is not None else letter.raw(self.dice)
        self.mails.append(Labelled(mail, f"{self.number}{thread}", whose, self.row))
        return letter

    def address(self, thread: str = "a") -> str:
        """The reply address of a thread's ticket, once the desk has made it."""
        return f"%%address {self.number}{thread}%%"

    def marks(self, thread: str = "a") -> str:
        """The header lines of a reply from a thread's ticket."""
        return f"%%marks {self.number}{thread}%%"

    def talk(self, customer: Person, turns: int, thread: str = "a", subject: str = "") -> list[Letter]:
        """A customer and the desk in turns."""
        letters = [self.put(self.opening(customer, subject=subject), thread)]
        for turn in range(1, turns):
            sender = self.staff() if turn % 2 else customer
            letters.append(self.put(self.answer(sender, letters[-1]), thread))
        return letters
