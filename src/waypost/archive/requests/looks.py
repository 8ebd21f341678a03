"""Which look a case's pages get: the operator's template and limits, in the language and zone of its organisation."""

from dataclasses import dataclass, replace

from waypost.archive.sealing.look import Look
from waypost.archive.sealing.words import known_languages, language_of
from waypost.platform.identity import lookups
from waypost.platform.work import Work

USUAL_LOCALE, USUAL_ZONE = "en", "UTC"
"""Of an organisation that has chosen nothing."""


@dataclass(frozen=True, slots=True)
class Looks:
    """`environment` is the look of the settings; its locale and zone belong to the organisation named `default_org`."""

    environment: Look
    default_org: str

    async def of(self, work: Work) -> Look:
        """The look for the work's organisation as it is now."""
        found = await lookups.organisation(work.db, work.org)
        locale, zone = found.locale if found else None, await lookups.chosen_zone(work.db, work.org)
        ours = await lookups.organisation_named(work.db, self.default_org) == work.org
        return look_for(locale, zone, self.environment, by_environment=ours)


def look_for(locale: str | None, zone: str | None, environment: Look, *, by_environment: bool) -> Look:
    """What the organisation chose; else, for the one that the environment configures, what that says; else the usual.

    UTC can be chosen like any other zone; None is none. A region of the environment stays where the language is the
    same (`de_AT` for a chosen `de`). A language without labels is none that could be chosen.
    """
    chosen = locale if locale and language_of(locale) in known_languages() else USUAL_LOCALE
    if not by_environment:
        return replace(environment, locale=chosen, zone=zone or USUAL_ZONE)
    if not locale or language_of(locale) == environment.language:
        chosen = environment.locale
    return replace(environment, locale=chosen, zone=zone or environment.zone)
