"""The canonical words of modes, contracts, schedules and levels (sourcing.md 4.7), and what boards say for them.

A value is looked for as a whole first, then for the phrases in their order: what is narrower stands before what is
wider. Everything is compared without case and accents.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One dimension: its canonical slugs in order, each with the phrases that mean it."""

    phrases: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The canonical words."""
        return tuple(dict.fromkeys(slug for slug, _ in self.phrases))


WORK_MODES = Dictionary(
    (
        (
            "hybrid",
            ("hybrid", "hybryd", "teilweise remote", "teilweise homeoffice", "partly remote", "remote partially"),
        ),
        ("mobile", ("mobilna", "mobile work", "mobile", "w terenie", "aussendienst", "field work", "travelling")),
        (
            "remote",
            (
                "remote",
                "zdaln",
                "home office",
                "home-office",
                "homeoffice",
                "telecommute",
                "telework",
                "telepraca",
                "work from home",
                "fernarbeit",
                "von zu hause",
            ),
        ),
        (
            "onsite",
            (
                "full-office",
                "full office",
                "stacjonar",
                "on-site",
                "on site",
                "onsite",
                "in office",
                "in-office",
                "vor ort",
                "prasenz",
                "office",
                "w biurze",
            ),
        ),
    )
)
CONTRACTS = Dictionary(
    (
        ("substitution", ("zastepstwo", "substitution", "vertretung", "maternity cover", "replacement")),
        ("agency", ("agency", "agencyj", "zeitarbeit", "leiharbeit", "arbeitnehmeruberlassung")),
        ("internship", ("internship", "intern", "staz", "praktyk", "praktikum", "trainee", "apprentice", "ausbildung")),
        (
            "temporary-employment",
            (
                "tymczasow",
                "temporary",
                "fixed-term",
                "fixed term",
                "befristet",
                "seasonal",
                "sezonow",
                "contract of limited",
            ),
        ),
        (
            "b2b",
            (
                "b2b",
                "self-employ",
                "self employ",
                "freelanc",
                "freiberuf",
                "selbststandig",
                "dzialalnosc gospodarcz",
                "contractor",
            ),
        ),
        ("specific-task", ("o dzielo", "specific-task", "specific task", "werkvertrag", "contract work")),
        ("mandate", ("zlecen", "mandate", "dienstvertrag", "minijob", "civil contract")),
        (
            "uop",
            (
                "umowa o prace",
                "uop",
                "u o p",
                "contract of employment",
                "employment contract",
                "permanent",
                "employment",
                "festanstellung",
                "unbefristet",
                "arbeitsvertrag",
                "czas nieokreslony",
                "regular",
            ),
        ),
    )
)
SCHEDULES = Dictionary(
    (
        ("internship", ("internship", "praktyk", "staz", "praktikum", "intern")),
        (
            "part-time",
            ("part-time", "part time", "part_time", "parttime", "czesc etatu", "niepelny", "teilzeit", "1/2 etatu"),
        ),
        (
            "full-time",
            ("full-time", "full time", "full_time", "fulltime", "pelny etat", "pelen etat", "vollzeit", "caly etat"),
        ),
        ("temporary", ("temporary", "tymczasow", "dodatkowa", "extra", "seasonal", "sezonow", "aushilfe", "befristet")),
        ("shift", ("shift", "zmian", "schicht", "rota")),
        ("flexible", ("flexible", "elastyczn", "flexib", "gleitzeit", "nienormowan", "per_diem")),
    )
)
LEVELS = Dictionary(
    (
        (
            "executive",
            (
                "executive",
                "prezes",
                "president",
                "czlonek zarzadu",
                "board member",
                "vorstand",
                "geschaftsfuhrer",
                "ceo",
            ),
        ),
        ("executive", ("chief", "c-level", "cto", "cfo", "coo")),
        ("director", ("director", "dyrektor", "direktor", "head of", "bereichsleiter")),
        (
            "lead",
            ("kierownik / koordynator", "team lead", "team leader", "teamleiter", "koordynator", "coordinator", "lead"),
        ),
        ("lead", ("koordinator", "lider", "leader", "brygadzist")),
        ("manager", ("manager", "kierownik", "menedzer", "leiter", "abteilungsleiter")),
        ("intern", ("intern", "trainee", "praktykant", "stazyst", "praktikant", "werkstudent", "apprentice", "azubi")),
        (
            "junior",
            ("junior", "mlodszy", "asystent", "assistant", "assistent", "entry", "berufseinsteiger", "absolwent"),
        ),
        ("senior", ("senior", "starszy", "expert", "ekspert", "experte", "principal", "staff")),
        ("mid", ("mid", "regular", "specjalist", "specialist", "spezialist", "mittel", "samodzieln", "professional")),
    )
)
"""`(mid / regular)` and other explanations in brackets count first: they are the board's own translation."""
