"""From what a person types to what the catalogue is asked: any part of a number, title, name or path."""

import unicodedata

SHORTEST = 3
"""Trigrams cannot look up less."""
LONGEST = 2_000


def folded(text: str) -> str:
    """Without case and accents, runs of white space as one blank: as the needle keeps it and a question is asked."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(plain.casefold().replace("\0", " ").split())


def needle(*parts: str) -> str:
    """What a record is found by. Parts are kept apart, so that no match spans two of them."""
    return "\n".join(dict.fromkeys(filter(None, map(folded, parts))))[:LONGEST]


def pattern(question: str) -> str:
    """A LIKE pattern of the whole question as one fragment; "" when it is too short to be looked up."""
    asked = folded(question)
    if len(asked) < SHORTEST:
        return ""
    return "%" + asked.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
