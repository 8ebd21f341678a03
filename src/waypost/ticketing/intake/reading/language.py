"""Which of PostgreSQL's text-search dictionaries fits a text: by script, else by its small words."""

import re
from collections import Counter

_SMALL_WORDS = {
    "english": "the and to of is you that for with have this are not please your be would thank regards can it",
    "german": "der die das und ist nicht ich sie wir mit für auf ein eine bitte haben wurde ihre sehr dem grüßen zu",
    "french": "le la les des et est une pour vous nous dans que avec votre pas merci je sur ce bonjour cordialement",
    "spanish": "el los las que para una por con usted gracias está del como pero hola saludos su no es mi",
    "italian": "il di che per una con sono della grazie vostro non è gli alla del saluti buongiorno questo anche ho",
    "portuguese": "o os que para uma com não do da em obrigado você por são mais como foi atenciosamente seu ao",
    "dutch": "de het een en van ik is niet dat met voor wij u zijn te graag bedankt hebben groeten naar",
    "danish": "og er det jeg ikke til en af vi har med for venlig hilsen tak på som kan der blev",
    "swedish": "och är det jag inte till en av vi har med för vänliga hälsningar tack på som kan att ett",
    "norwegian": "og er det jeg ikke til en av vi har med for vennlig hilsen takk på som kan å ble",
    "finnish": "ja on ei että se hän olen kiitos mutta kun ovat voi myös terveisin hei tämä niin joka oli ole",
}
_UNKNOWN_WORDS = "nie się jest na dzień proszę dziękuję że jak czy pozdrawiam jsem není děkuji dobrý prosím hogy nem az"
_NO_DICTIONARY = frozenset(_UNKNOWN_WORDS.split())
_SCRIPTS = (
    ("russian", re.compile("[а-яё]")),
    ("greek", re.compile("[α-ώ]")),
    ("arabic", re.compile("[\u0621-\u064a]")),
)
_NOT_RUSSIAN = re.compile("[іїєґўђљњћџј]")
_WORD = re.compile(r"[^\W\d_]+")
_LOOKUP: dict[str, list[str]] = {}
for _name, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LOOKUP.setdefault(_word, []).append(_name)
_SAMPLE = 2_000
_ENOUGH = 2


def dictionary_for(text: str) -> str:
    """Name of a dictionary, or `simple` when the text is short, mixed or in a language PostgreSQL cannot stem."""
    sample = text[:_SAMPLE].lower()
    return (not sample.isascii() and _by_script(sample)) or _by_words(_WORD.findall(sample))


def _by_script(sample: str) -> str | None:
    for name, script in _SCRIPTS:
        if 3 * len(script.findall(sample)) > len(sample):
            return "simple" if name == "russian" and _NOT_RUSSIAN.search(sample) else name
    return None


def _by_words(words: list[str]) -> str:
    votes = Counter(name for word in words for name in _LOOKUP.get(word, ()))
    votes["simple"] = 2 * sum(word in _NO_DICTIONARY for word in words)
    (best, most), *others = [*votes.most_common(2), ("", 0)]
    return best if most >= _ENOUGH and most > others[0][1] else "simple"
