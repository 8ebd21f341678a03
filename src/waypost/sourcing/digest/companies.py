"""One name for one company: without its legal form, case, accents and punctuation."""

import re

from waypost.sourcing.digest.text import folded, line

_FORMS = (
    # Polish
    r"spolka z ograniczona odpowiedzialnoscia(?: spolka komandytowa)?",
    r"spolka komandytowo akcyjna",
    r"spolka komandytowa",
    r"spolka akcyjna",
    r"spolka jawna",
    r"spolka cywilna",
    r"prosta spolka akcyjna",
    r"sp(?:olka)? z ?o ?o(?: i wspolnicy)?(?: sp k)?(?: s k)?",
    r"sp ?k",
    r"sp ?j",
    r"s ?k ?a",
    r"s ?c",
    r"p ?s ?a",
    # German, Austrian, Swiss
    r"(?:gmbh|ag|ug|se)(?: und| u)? co (?:kg|kgaa|ohg)(?: aa)?",
    r"ggmbh",
    r"gmbh",
    r"gesellschaft mit beschrankter haftung",
    r"aktiengesellschaft",
    r"kgaa",
    r"kg",
    r"ohg",
    r"gbr",
    r"ug(?: haftungsbeschrankt)?",
    r"ag",
    r"se",
    r"e ?v",
    r"e ?k",
    r"e ?g",
    # English
    r"limited liability company",
    r"limited",
    r"ltd",
    r"l ?l ?c",
    r"l ?l ?p",
    r"plc",
    r"incorporated",
    r"inc",
    r"corporation",
    r"corp",
    # French, Italian, Spanish, Dutch, Nordic, Czech, Baltic, Balkan, Romanian, Hungarian
    r"s ?a ?r ?l",
    r"s ?a ?s(?: ?u)?",
    r"e ?u ?r ?l",
    r"s ?a",
    r"s ?p ?a",
    r"s ?r ?l",
    r"s ?l(?: ?u)?",
    r"b ?v",
    r"n ?v",
    r"a ?b",
    r"o ?y(?: ?j)?",
    r"a ?p ?s",
    r"a ?s",
    r"s ?r ?o",
    r"d ?o ?o",
    r"o ?u",
    r"uab",
    r"sia",
    r"k ?f ?t",
    r"z ?r ?t",
    r"e ?o ?o ?d",
)
_LEGAL = re.compile(rf" (?:{'|'.join(_FORMS)})$")
_PUNCTUATION = re.compile(r"[^\w+#&]+")
_AND = re.compile(r" ?& ?")


def company_key(name: str) -> str:
    """What two spellings of one company share; "" for a name without letters.

    A legal form is taken off the end as long as something is left: "GmbH" alone stays a name.
    """
    key = " ".join(_AND.sub(" ", _PUNCTUATION.sub(" ", folded(name))).split())
    while (shorter := _LEGAL.sub("", key)) != key:
        key = shorter
    return key


def company_name(name: str) -> str:
    """As it is shown: one line."""
    return line(name)
