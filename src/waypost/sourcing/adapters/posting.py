"""schema.org JobPosting → draft: the forms that boards really use, and those the vocabulary allows.

Source: https://schema.org/JobPosting and the guidelines of search engines for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.markup import plain

Thing = Mapping[str, Any]
LISTS = {
    "qualifications": "requirements",
    "skills": "requirements",
    "experienceRequirements": "requirements",
    "educationRequirements": "requirements",
}
REMOTE = "TELECOMMUTE"


def drafted(thing: Thing, url: str, how: str = "JSON-LD") -> Draft:
    """What the object says, field by field; `url` is the page's, unless it names its own."""
    draft = Draft(url)
    for name, read in READERS.items():
        draft.put(name, read(thing), f"{how} {NAMES.get(name, name)}")
    draft.raw["jobPosting"] = dict(thing)
    return draft


def words(value: Any) -> str:
    """Text of whatever stands for one: a string, a number, an object with a name, the first of a list."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return next((words(value[key]) for key in ("name", "value", "@value", "text") if value.get(key)), "")
    if isinstance(value, list):
        return next((text for one in value if (text := words(one))), "")
    return "" if value is None or isinstance(value, bool) else f"{value}"


def each(value: Any) -> list[Any]:
    """A list of one or many."""
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def place(posting: Thing) -> str:
    """Locality, region and country of every place, "; " between places."""
    told = [_address(one) for one in each(posting.get("jobLocation"))]
    return "; ".join(dict.fromkeys(text for text in told if text))


def _address(where: Any) -> str:
    if not isinstance(where, Mapping):
        return words(where)
    address = where.get("address", where)
    if not isinstance(address, Mapping):
        return words(address) or words(where.get("name"))
    parts = [words(address.get(key)) for key in ("addressLocality", "addressRegion", "addressCountry")]
    return ", ".join(dict.fromkeys(part for part in parts if part)) or words(where.get("name"))


def salary(posting: Thing) -> str:
    """`min-max CUR UNIT` of the first amount that is one; a text stays a text."""
    for key in ("baseSalary", "estimatedSalary", "salary"):
        for one in each(posting.get(key)):
            if text := _amount(one, words(posting.get("salaryCurrency"))):
                return text
    return ""


def _amount(amount: Any, currency: str) -> str:
    if not isinstance(amount, Mapping):
        return f"{words(amount)} {currency}".strip() if words(amount) else ""
    money = words(amount.get("currency") or amount.get("priceCurrency")) or currency
    value = amount.get("value", amount)
    inner = value if isinstance(value, Mapping) else {"value": value}
    low, high = (words(inner.get(key)) for key in ("minValue", "maxValue"))
    one = words(inner.get("value") or inner.get("price") or inner.get("median"))
    number = f"{low}-{high}" if low and high and low != high else low or high or one
    unit = words(inner.get("unitText") or amount.get("unitText") or amount.get("duration"))
    return " ".join(part for part in (number, money, unit) if part) if number else ""


def kinds_of_work(posting: Thing) -> str:
    """The types joined by ", ", whichever way they are listed."""
    return ", ".join(dict.fromkeys(text for one in each(posting.get("employmentType")) if (text := words(one))))


def description(posting: Thing) -> str:
    """Without tags; the duties where there is no other text."""
    return words(posting.get("description")) or words(posting.get("responsibilities"))


def requirements(posting: Thing) -> list[str]:
    """Lists as they are, texts taken apart at line ends and semicolons, short ones at commas too."""
    told: list[str] = []
    for key in LISTS:
        for one in each(posting.get(key)):
            told += _entries(words(one))
    return list(dict.fromkeys(told))[:200]


def _entries(text: str) -> list[str]:
    parts = [part.strip(" •-–\t") for part in text.replace(";", "\n").split("\n")]
    if len(parts) == 1 and text.count(",") and len(text) <= 200 and "." not in text:
        parts = [part.strip() for part in text.split(",")]
    return [part for part in parts if part]


def _profile(posting: Thing) -> str:
    firm = next((one for one in each(posting.get("hiringOrganization")) if isinstance(one, Mapping)), {})
    return next((link for key in ("sameAs", "url") for link in each(firm.get(key)) if isinstance(link, str)), "")


def _remote(posting: Thing) -> list[str]:
    return ["remote"] if REMOTE in [words(one).upper() for one in each(posting.get("jobLocationType"))] else []


def _flag(posting: Thing) -> bool | None:
    told = posting.get("directApply")
    return told if isinstance(told, bool) else {"true": True, "false": False}.get(words(told).lower())


def _apply(posting: Thing) -> str:
    contact = posting.get("applicationContact")
    told = contact.get("url") if isinstance(contact, Mapping) else None
    return told if isinstance(told, str) else ""


def _said(key: str) -> Callable[[Thing], str]:
    return lambda posting: words(posting.get(key))


READERS: dict[str, Callable[[Thing], Any]] = {
    "title": lambda posting: words(posting.get("title")) or words(posting.get("name")),
    "company": _said("hiringOrganization"),
    "location": place,
    "description": description,
    "salary": salary,
    "employment_type": kinds_of_work,
    "posted_at": _said("datePosted"),
    "expires_at": _said("validThrough"),
    "source_company_profile_url": _profile,
    "apply_url": _apply,
    "requirements": requirements,
    "details.workModes": _remote,
    "details.directApply": _flag,
    "details.identifier": _said("identifier"),
    "details.industry": _said("industry"),
    "details.occupation": _said("occupationalCategory"),
    "details.benefits": lambda posting: _entries(words(posting.get("jobBenefits"))),
    "details.workHours": _said("workHours"),
    "details.sections.responsibilities": _said("responsibilities"),
    "details.remoteFrom": lambda posting: [words(one) for one in each(posting.get("applicantLocationRequirements"))],
}
"""Field of a draft → how the vocabulary says it."""
NAMES = {
    "company": "hiringOrganization",
    "location": "jobLocation",
    "salary": "baseSalary",
    "employment_type": "employmentType",
    "posted_at": "datePosted",
    "expires_at": "validThrough",
    "requirements": "qualifications",
}
