"""How the sample board is read, as a source would say it."""

from typing import Any

FIELDS: dict[str, Any] = {
    "title": ".title",
    "company": ".firm",
    "location": ".town",
    "salary": ".salary",
    "details.workModes": {"css": ".mode", "as": "list"},
}
RECIPE: dict[str, Any] = {
    "version": 1,
    "http": True,
    "id": "-(\\d+)$",
    "listing": {
        "within": "#results",
        "outside": ".recommended",
        "links": "a.title",
        "pattern": "/jobs/[a-z0-9-]+-\\d+$",
        "zero": "[data-zero]",
        "cards": {
            "item": "#results .job",
            "link": {"css": "a.title", "attr": "href", "as": "url"},
            "fields": FIELDS,
        },
    },
    "detail": {
        "expired": "[data-expired]",
        "fields": {
            "salary": [{"posting": "salary"}, {"css": ".salary"}],
            "employment_type": [{"css": ".contract"}, {"posting": "employment_type"}],
            "apply_url": {"css": "a.apply", "attr": "href", "as": "url"},
            "details.workModes": {"css": ".mode", "as": "list"},
            "details.contractTypes": {"css": ".contract", "as": "list"},
            "details.technologies.all": {"css": ".skills li", "as": "list"},
        },
    },
}
"""A recipe in JSON, as a person writes it into a source."""
