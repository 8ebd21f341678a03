"""Mail programs by the habits of their headers: how they name a mail, its parent and its subject.

Each row is what that program is seen to send: form of its Message-ID, how much of References it keeps, whether it
writes In-Reply-To, the prefix of answers, its own headers.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.threading.languages import Language


class Chain(StrEnum):
    """What a program writes into References."""

    WHOLE = "whole"
    PARENT = "parent"
    ENDS = "ends"
    """The first and the newest few."""
    NONE = "none"
    OWN = "own"
    """Overwritten with an id of its own."""


@dataclass(frozen=True, slots=True)
class Program:
    """One mail program. `id` has {hex}, {number}, {upper} and {domain}; `prefix` "" means the language's own."""

    name: str
    id: str
    chain: Chain = Chain.WHOLE
    in_reply_to: bool = True
    prefix: str = "Re"
    headers: tuple[str, ...] = ()
    quotes: bool = True
    folds: bool = False

    def message_id(self, dice: Random, domain: str) -> str:
        """A new id, with its brackets."""
        words = {"hex": f"{dice.getrandbits(96):x}", "number": dice.randrange(10**9), "domain": domain}
        return "<" + self.id.format(upper=f"{dice.getrandbits(128):032X}", **words) + ">"

    def references(self, parents: list[str], dice: Random) -> list[str]:
        """What References names of the chain of parents, oldest first."""
        kept = {
            Chain.WHOLE: parents,
            Chain.PARENT: parents[-1:],
            Chain.ENDS: [*parents[:1], *parents[-3:]] if len(parents) > 4 else parents,
            Chain.NONE: [],
            Chain.OWN: [f"<{dice.getrandbits(64):x}@client.invalid>"],
        }
        return kept[self.chain]

    def answer(self, subject: str, language: Language) -> str:
        """The subject of an answer; programs that know their own prefix do not repeat it."""
        prefix = f"{self.prefix or language.reply}:"
        return subject if subject.startswith(prefix) else f"{prefix} {subject}"


GMAIL = Program("Gmail", "CA{hex}@mail.gmail.com")
OUTLOOK = Program(
    "Outlook",
    "AM0PR04MB{upper}@AM0PR04MB{number}.eurprd04.prod.outlook.com",
    prefix="",
    headers=("Thread-Index: AQHa{hex}", "X-MS-Has-Attach: ", "Accept-Language: de-DE, en-US"),
    folds=True,
)
APPLE = Program("Apple Mail", "{upper}@{domain}", headers=("X-Mailer: Apple Mail (2.3774.600.62)",))
THUNDERBIRD = Program("Thunderbird", "{hex}@{domain}", headers=("User-Agent: Mozilla Thunderbird",), folds=True)
IPHONE = Program("iPhone", "{upper}@{domain}", headers=("X-Mailer: iPhone Mail (21F90)",))
ANDROID = Program("Android", "{hex}.{number}@email.android.com", chain=Chain.NONE)
WEBMAIL = Program("Webmail", "trinity-{hex}-{number}@3c-app-webde-bap{number}", chain=Chain.PARENT, prefix="Aw")
YAHOO = Program("Yahoo", "{number}.{number}.{hex}@mail.yahoo.com", headers=("X-Mailer: WebService/1.1.22356",))
NOTES = Program("Notes", "OF{upper}-ON{number}@{domain}", chain=Chain.NONE, prefix="Antwort")
OLD_OUTLOOK = Program(
    "Outlook 2003", "{hex}$@{domain}", chain=Chain.NONE, prefix="", headers=("X-Mailer: Microsoft Outlook 11",)
)
BAT = Program("The Bat", "{number}.20260211@{domain}", chain=Chain.PARENT, prefix="Re[2]")
BARE_WEB = Program("Roundcube", "{hex}@{domain}", in_reply_to=False, headers=("User-Agent: Roundcube Webmail/1.6",))
TICKETING = Program("Ticket system", "rt-5.0-{number}-{hex}@{domain}", chain=Chain.ENDS, headers=("X-RT-Loop: x",))
REWRITER = Program("Rewriting gateway", "{hex}@gateway.{domain}", chain=Chain.OWN)
LONG_THREADS = Program("Evolution", "{hex}.camel@{domain}", chain=Chain.ENDS, folds=True)

PROGRAMS = (
    GMAIL,
    OUTLOOK,
    APPLE,
    THUNDERBIRD,
    IPHONE,
    ANDROID,
    WEBMAIL,
    YAHOO,
    NOTES,
    OLD_OUTLOOK,
    BAT,
    BARE_WEB,
    TICKETING,
    REWRITER,
    LONG_THREADS,
)
DROPPING = tuple(program for program in PROGRAMS if program.chain in (Chain.NONE, Chain.OWN, Chain.PARENT))
