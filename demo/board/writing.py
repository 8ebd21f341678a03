"""The board's pages: lists, offers with JSON-LD or microdata, feeds, sitemaps."""

import gzip
import json
from collections.abc import Sequence
from html import escape
from typing import Any

from demo.board.positions import Position

LOOK = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1rem;color:#1c2430;background:#fbfaf7}
h1{font-size:1.6rem}a{color:#0b5c63}.job{border-top:1px solid #ddd6c8;padding:1rem 0}.job h2{font-size:1.1rem;margin:0}
.facts{color:#5b6470;margin:.2rem 0}.salary{font-weight:600}nav{display:flex;gap:1rem;padding:1rem 0}aside{opacity:.7}
"""
DIRECT = 6
"""Every sixth offer speaks microdata instead of JSON-LD."""


def page(title: str, body: str, head: str = "", language: str = "en") -> str:
    """One whole page."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{LOOK}</style>{head}</head>'
        f"<body><header><p>Marigold Jobs, a board of positions that never existed</p></header>{body}</body></html>"
    )


def listing(shown: Sequence[Position], number: int, pages: int, aside: Sequence[Position] = ()) -> str:
    """A page of the list; `aside` are recommended ones, which nobody asked for."""
    cards = "".join(_card(one) for one in shown)
    if not shown:
        cards = '<p class="none" data-zero>Nothing fits your wishes.</p>'
    more = f'<a rel="next" href="/jobs?page={number + 1}">Next page</a>' if number < pages else ""
    body = (
        f'<h1>Positions, page {number} of {pages}</h1><main id="results">{cards}</main><nav>{more}</nav>'
        f'<aside class="recommended">{"".join(_card(one) for one in aside)}</aside>'
    )
    return page("Positions", body)


def _card(one: Position) -> str:
    salary = f'<p class="salary">{escape(one.salary)}</p>' if one.salary else ""
    return (
        f'<article class="job"><h2><a class="title" href="{one.path}?utm_source=list">{escape(one.title)}</a></h2>'
        f'<p class="facts"><span class="firm">{escape(one.firm)}</span>, <span class="town">{escape(one.town)}</span>'
        f' · <span class="mode">{escape(one.mode)}</span></p>{salary}</article>'
    )


def offer(one: Position, base: str) -> str:
    """The page of one offer."""
    direct = one.number % DIRECT == 0
    head = "" if direct else f'<script type="application/ld+json">{_json(posting(one, base))}</script>'
    return page(one.title, _microdata(one) if direct else _plain(one), head, one.language)


def posting(one: Position, base: str) -> dict[str, Any]:
    """schema.org JobPosting, in one of the forms that boards use."""
    duties = f"<p>{escape(one.duties)}</p><ul>{''.join(f'<li>{escape(item)}</li>' for item in one.wanted)}</ul>"
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": one.title,
        "url": base + one.path,
        "identifier": {"@type": "PropertyValue", "name": one.firm, "value": str(one.number)},
        "description": duties,
        "hiringOrganization": {"@type": "Organization", "name": one.firm},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": one.town,
                "addressRegion": one.region,
                "addressCountry": one.country,
            },
        },
        "datePosted": one.posted.isoformat(),
        "validThrough": f"{one.expires.isoformat()}T23:59:59+00:00",
        "employmentType": one.kind if one.shape else [one.kind, "TEMPORARY"],
        "qualifications": "; ".join(one.wanted),
        "skills": ", ".join(one.skills),
        "directApply": one.number % 2 == 0,
    }
    if one.salary:
        value = {"@type": "QuantitativeValue", "minValue": one.low, "maxValue": one.high, "unitText": "MONTH"}
        told["baseSalary"] = {"@type": "MonetaryAmount", "currency": one.currency, "value": value}
    return {"@graph": [{"@type": "WebSite", "name": "Marigold Jobs"}, told]} if one.shape == 1 else told


def _plain(one: Position) -> str:
    wanted = "".join(f"<li>{escape(item)}</li>" for item in one.wanted)
    skills = "".join(f"<li>{escape(item)}</li>" for item in one.skills)
    return (
        f'<main><h1 class="title">{escape(one.title)}</h1>'
        f'<p class="facts"><span class="firm">{escape(one.firm)}</span>,'
        f' <span class="town">{escape(one.town)}</span></p><p class="salary">{escape(one.salary)}</p>'
        f'<p class="contract">{escape(one.contract)}</p><p class="mode">{escape(one.mode)}</p>'
        f'<section class="text"><p>{escape(one.duties)}</p></section><ul class="wanted">{wanted}</ul>'
        f'<ul class="skills">{skills}</ul><a class="apply" href="/apply/{one.number}">Apply</a></main>'
    )


def _microdata(one: Position) -> str:
    return (
        f'<main itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">{escape(one.title)}</h1>'
        f'<p itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">'
        f'<span itemprop="name">{escape(one.firm)}</span></p><div itemprop="jobLocation" itemscope '
        f'itemtype="https://schema.org/Place"><span itemprop="address" itemscope '
        f'itemtype="https://schema.org/PostalAddress"><span itemprop="addressLocality">{escape(one.town)}</span>, '
        f'<span itemprop="addressCountry">{one.country}</span></span></div>'
        f'<time itemprop="datePosted" datetime="{one.posted.isoformat()}">{one.posted:%d.%m.%Y}</time>'
        f'<meta itemprop="employmentType" content="{one.kind}"><p class="salary">{escape(one.salary)}</p>'
        f'<div itemprop="description"><p>{escape(one.duties)}</p></div>'
        f'<p class="contract">{escape(one.contract)}</p><p class="mode">{escape(one.mode)}</p></main>'
    )


def rss(shown: Sequence[Position], base: str) -> str:
    """RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{base}{one.path}</link><guid isPermaLink='false'>{one.number}"
        f"</guid><author>{escape(one.firm)}</author><pubDate>{one.posted:%a, %d %b %Y} 08:00:00 +0000</pubDate>"
        f"<category>{one.category}</category><description>{escape(f'<p>{one.duties}</p>')}</description></item>"
        for one in shown
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Marigold Jobs</title>{items}</channel></rss>'


def atom(shown: Sequence[Position], base: str) -> str:
    """Atom 1.0."""
    entries = "".join(
        f'<entry><title>{escape(one.title)}</title><link href="{base}{one.path}"/><id>{base}{one.path}</id>'
        f"<author><name>{escape(one.firm)}</name></author><published>{one.posted}T08:00:00Z</published>"
        f'<content type="html">{escape(f"<p>{one.duties}</p>")}</content></entry>'
        for one in shown
    )
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Marigold Jobs</title>{entries}</feed>'
    )


def json_feed(shown: Sequence[Position], base: str) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": str(one.number),
            "url": base + one.path,
            "title": one.title,
            "content_html": f"<p>{escape(one.duties)}</p>",
            "authors": [{"name": one.firm}],
            "date_published": f"{one.posted}T08:00:00Z",
            "tags": list(one.skills),
        }
        for one in shown
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Marigold Jobs", "items": items})


def sitemap(shown: Sequence[Position], base: str) -> bytes:
    """A zipped sitemap of the offers."""
    urls = "".join(f"<url><loc>{base}{one.path}</loc><lastmod>{one.posted}</lastmod></url>" for one in shown)
    xml = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return gzip.compress(xml.encode(), mtime=0)


def sitemap_index(base: str) -> str:
    """The index of the board's one sitemap."""
    where = f"<sitemap><loc>{base}/sitemap-jobs.xml.gz</loc></sitemap>"
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{where}</sitemapindex>'
    )


def drawn(number: int) -> str:
    """A list that stands nowhere until a script draws it."""
    script = (
        "fetch('/api/jobs.json?page=" + str(number) + "').then(a=>a.json()).then(jobs=>{const m=document.querySelector"
        "('#results');for(const j of jobs){const a=document.createElement('article');a.className='job';"
        "const l=document.createElement('a');l.className='title';l.href=j.path;l.textContent=j.title;a.append(l);"
        "m.append(a)}m.dataset.ready='yes'})"
    )
    return page("Positions", f'<main id="results"></main><script>{script}</script>')


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
