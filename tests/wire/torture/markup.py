"""HTML that wants to run, to load, to look like us, or never to end."""

from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import HTML, envelope, group, html_mail, part


def _page(name: str, page: str, lacks: str | list[str] = "", has: str = "", text: str = "hall") -> Case:
    """An HTML-only mail. `lacks` must be gone from the sanitised page, `text` must be readable."""
    holds: Holds = {"text_has": [text]} if text else {}
    if lacks:
        holds["html_lacks"] = [lacks] if isinstance(lacks, str) else lacks
    if has:
        holds["html_has"] = [has]
    return Case(f"markup/{name}", [html_mail(page)], holds=holds)


SCRIPTS = (
    _page("script", "<p>hall</p><script>steal('x1')</script>", ["<script", "steal("]),
    _page("script-capitals", "<p>hall</p><ScRiPt>steal()</sCrIpT >", ["<script", "steal("]),
    _page("script-never-closed", "<p>hall</p><script>steal()", ["<script", "steal("]),
    _page("script-nested", "<p>hall</p><scr<script></script>ipt>steal()</script>", "<script"),
    _page("script-in-attribute", '<p title="</p><script>steal()</script>">hall</p>', "<script>"),
    _page(
        "event-handlers",
        '<p onclick="steal()" ONLOAD=steal() onmouseover = steal()>hall</p>',
        ["onclick", "onload", "onmouseover"],
    ),
    _page("image-onerror", "hall<img src=x onerror=steal()>", "onerror"),
    _page("image-slashes", "hall<img/src=x/onerror=steal()//>", "onerror"),
    _page("javascript-link", '<a href="javascript:steal()">hall</a>', "javascript:"),
    _page("javascript-link-capitals", '<a href="JaVaScRiPt:steal()">hall</a>', "javascript:"),
    _page("javascript-link-tab", '<a href="java\tscript:steal()">hall</a>', ["java\tscript", "javascript:"]),
    _page(
        "javascript-link-entities",
        '<a href="&#106;ava&#x73;cript&colon;steal()">hall</a>',
        ["javascript", "&#106;"],
    ),
    _page("javascript-link-leading-control", '<a href="\x01javascript:steal()">hall</a>', "javascript:"),
    _page("vbscript-link", '<a href="vbscript:steal()">hall</a>', "vbscript:"),
    _page("data-link", '<a href="data:text/html,<script>steal()</script>">hall</a>', "data:text"),
    _page("data-image", 'hall<img src="data:image/svg+xml;base64,PHN2Zy8+">', "data:image/svg"),
    _page(
        "svg",
        "hall<svg onload=steal()><a xlink:href=javascript:steal()>x</a></svg>",
        ["<svg", "onload", "javascript"],
    ),
    _page(
        "svg-in-math",
        "hall<math><mtext><table><mglyph><style><img src=x onerror=steal()></style></table></math>",
        "onerror",
    ),
    _page(
        "noscript-mix",
        '<noscript><p title="</noscript><img src=x onerror=steal()>">hall',
        "<img src=x onerror",
    ),
    _page("template", "<template><script>steal()</script></template>hall", ["<template", "<script"]),
    _page("comment-tricks", "<!--><img src=x onerror=steal()>-->hall", "onerror=steal()>"),
    _page("conditional-comment", "<!--[if mso]><script>steal()</script><![endif]-->hall", ["<script", "steal("]),
    _page("cdata", "<![CDATA[<script>steal()</script>]]>hall", "<script"),
    _page("processing-instruction", "<?php steal() ?><?xml version='1.0'?>hall", "<?php"),
    _page("iframe", 'hall<iframe src="https://evil.example" srcdoc="<b>x</b>"></iframe>', ["<iframe", "srcdoc"]),
    _page(
        "object-and-embed",
        'hall<object data="https://e.example/a.swf"></object><embed src="https://e.example">',
        ["<object", "<embed"],
    ),
    _page(
        "meta-refresh",
        '<meta http-equiv="refresh" content="0;url=https://evil.example">hall',
        ["<meta", "http-equiv"],
    ),
    _page("base-href", '<base href="https://evil.example/"><a href="/login">hall</a>', "<base"),
    _page(
        "form",
        '<form action="https://evil.example"><input name=password><button>ok</button></form>hall',
        ["<form", "<input", "<button"],
    ),
    _page(
        "audio-and-video",
        'hall<video src="https://e.example/v" poster="https://e.example/p"></video><audio src=x>',
        ["<video", "<audio"],
    ),
)

LOOKS = (
    _page(
        "style-element",
        "<style>body{background:url(https://spy.example/b)}</style>hall",
        ["spy.example", "<style"],
    ),
    _page("style-not-in-text", "<style>.secretclass{color:red}</style><p>hall</p>", "secretclass"),
    _page("style-attribute-url", '<p style="background:url(https://spy.example/b)">hall</p>', "spy.example"),
    _page(
        "style-over-everything",
        '<div style="position:fixed;inset:0;z-index:99999">hall</div>',
        "position:fixed",
    ),
    _page("style-import", '<style>@import "https://spy.example/a.css";</style>hall', "spy.example"),
    _page("style-expression", '<p style="width:expression(steal())">hall</p>', "expression("),
    _page("link-stylesheet", '<link rel="stylesheet" href="https://spy.example/a.css">hall', "<link"),
    _page(
        "background-attribute",
        '<table background="https://spy.example/t.gif"><tr><td>hall</table>',
        ' background="https',
    ),
    _page("remote-image", 'hall<img src="https://spy.example/p.gif" width="1" height="1">', ' src="https://spy'),
    _page("remote-srcset", 'hall<img srcset="https://spy.example/p.gif 1x">', " srcset="),
    _page("remote-without-scheme", 'hall<img src="//spy.example/p.gif">', ' src="//spy'),
    _page("link-capital-scheme", '<a href="HTTPS://ACME.EXAMPLE/x" target="_blank">hall</a>', "", "noopener"),
    _page("link-text-lies", '<a href="https://evil.example/">https://bank.example/ hall</a>', "", "evil.example"),
    _page("link-with-login", '<a href="https://bank.example@evil.example/">hall</a>'),
    _page("link-own-protocol", '<a href="ms-word:ofe|u|https://e.example">hall</a>', "ms-word:"),
    _page("link-file", '<a href="file:///etc/passwd">hall</a>', "file:"),
    _page("id-and-name-clobber", '<a id="csrf_token" name="getElementById">hall</a>', ['id="csrf', 'name="get']),
    _page(
        "class-of-the-house",
        '<p class="toast danger" data-key="e" hx-get="/closure">hall</p>',
        ["hx-get", "data-key"],
    ),
    _page("hidden-text", '<div style="display:none">preview</div><p>hall</p>'),
    _page("right-to-left", '<p dir="rtl">שלום hall</p>'),
)

TORN = (
    _page("unclosed-tags", "<table><tr><td><b><i><div>hall", text="hall"),
    _page("closed-twice", "</div></div></body></html></td>hall</p></p>", text="hall"),
    _page("crossed-tags", "<b><i>hall</b></i><p><div></p></div>", text="hall"),
    _page("two-documents", "<html><body>hall</body></html><html><body>and stairs</body></html>", text="stairs"),
    _page("after-the-end", "<html><body>hall</body></html> and stairs", text="stairs"),
    _page("only-a-fragment", "hall", text="hall"),
    _page("plain-text-declared-html", "a < b and b > c, hall & stairs", text="hall"),
    _page(
        "entities",
        "<p>M&uuml;ller &amp; S&ouml;hne &#8364; &#x20AC; hall</p>",
        text="Müller & Söhne",
    ),
    _page("entities-broken", "&#0; &#xD800; &#x110000; &unknown; &amp hall", text="hall"),
    _page("empty-page", "<html><head></head><body></body></html>", text=""),
    _page("only-an-image", '<img src="https://shop.example/offer.jpg" alt="Autumn offer">', text=""),
    _page("meta-charset-differs", '<meta charset="iso-8859-1"><p>Müller hall</p>', text="Müller hall"),
    _page("nul-in-tag", "<p>hall</p><scr\x00ipt>steal()</scr\x00ipt>", "<script"),
    _page("attribute-without-end", '<p>hall</p><a href="https://e.example', text="hall"),
    _page("ten-nested-tables", "<table><tr><td>" * 10 + "hall" + "</td></tr></table>" * 10),
    _page("10000-attributes", "<p " + " ".join(f"a{n}=x" for n in range(10_000)) + ">hall</p>"),
    Case("markup/50000-nested-divs", lambda: [html_mail("<div>" * 50_000 + "hall" + "</div>" * 50_000)]),
    Case("markup/20000-nested-fonts", lambda: [html_mail("<font>" * 20_000 + "hall")]),
    Case("markup/100000-rows", lambda: [html_mail("<table>" + "<tr><td>x" * 100_000 + "</table>hall")]),
    Case("markup/100000-open-brackets", lambda: [html_mail("<" * 100_000 + "hall")]),
    Case(
        "markup/quotes-1000-deep",
        lambda: [html_mail("<blockquote>" * 1000 + "hall" + "</blockquote>" * 1000)],
    ),
    Case(
        "markup/text-and-html-disagree",
        [envelope(group("alternative", part("Pay 10 euros."), part("<p>Pay 1000 euros.</p>", HTML)))],
        holds={"text_has": ["Pay 10 euros."], "html_has": ["Pay 1000 euros."]},
    ),
)

CASES = SCRIPTS + LOOKS + TORN
