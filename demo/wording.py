"""How mail programs quote what they answer, in the writer's language."""

import html
from dataclasses import dataclass
from datetime import datetime
from re import Match, compile

from demo.letter import Letter, working_day

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}
DAYS = {
    "en": "Mon Tue Wed Thu Fri Sat Sun",
    "de": "Mo. Di. Mi. Do. Fr. Sa. So.",
    "fr": "lun. mar. mer. jeu. ven. sam. dim.",
    "es": "lun mar mié jue vie sáb dom",
    "pl": "pon. wt. śr. czw. pt. sob. niedz.",
    "ja": "月 火 水 木 金 土 日",
}
DATES = {
    "de": "{d}. {month}",
    "es": "{d} de {month}",
    "ja": "{m}月{d}日",
    "he": "{d}.{m}",
    "ar": "{d}/{m}",
    "ru": "{d}.{m:02}",
}
ATTRIBUTIONS = {
    "en": "On {day}, {date} {y} at {time}, {name} <{address}> wrote:",
    "de": "Am {day}, {date} {y} um {time} Uhr schrieb {name} <{address}>:",
    "fr": "Le {day} {date} {y} à {time}, {name} <{address}> a écrit :",
    "es": "El {day}, {date} de {y} a las {time}, {name} (<{address}>) escribió:",
    "pl": "{day}, {date} {y} o {time} {name} <{address}> napisał(a):",
    "ja": "{y}年{m}月{d}日({day}) {time} {name} <{address}>:",
    "he": "בתאריך {date}.{y} ב-{time} מאת {name} <{address}>:",
    "ar": "في {date}/{y} الساعة {time}، كتب {name} <{address}>:",
    "ru": "{date}.{y} {time}, {name} <{address}> пишет:",
}
LABELS = {
    "en": ("From", "Sent", "To", "Subject", "-----Original Message-----"),
    "de": ("Von", "Gesendet", "An", "Betreff", "-----Ursprüngliche Nachricht-----"),
    "fr": ("De", "Envoyé", "À", "Objet", "-----Message d'origine-----"),
    "es": ("De", "Enviado el", "Para", "Asunto", "-----Mensaje original-----"),
    "pl": ("Od", "Wysłano", "Do", "Temat", "-----Wiadomość oryginalna-----"),
}
RELATIVE_DAY = compile(r"\{day([+-]\d+)\}")


@dataclass(frozen=True)
class Written:
    """What stands in a mail: plain text, and the inside of the page body."""

    letter: Letter
    text: str
    page: str


def date(moment: datetime, language: str) -> str:
    """ "3 March" as people write it in this language."""
    names = MONTHS.get(language, MONTHS["en"]).split()
    return DATES.get(language, "{d} {month}").format(d=moment.day, m=moment.month, month=names[moment.month - 1])


def own_words(letter: Letter) -> str:
    """The letter's text, with {day+2} replaced by the date two working days after it was sent."""

    def named(found: Match[str]) -> str:
        return date(working_day(letter.sent_at, int(found[1])), letter.language)

    return RELATIVE_DAY.sub(named, letter.text.strip("\n"))


def attribution(letter: Letter, parent: Letter) -> str:
    """The line above quoted words, as web mail writes it; times on the writer's own clock."""
    moment = parent.sent_at.astimezone(letter.sent_at.tzinfo)
    return ATTRIBUTIONS[letter.language].format(
        day=DAYS.get(letter.language, DAYS["en"]).split()[moment.weekday()],
        date=date(moment, letter.language),
        time=f"{moment:%H:%M}",
        y=moment.year,
        m=moment.month,
        d=moment.day,
        name=parent.name,
        address=parent.address,
    )


def written(letter: Letter, parent: Written | None) -> Written:
    """Own words, then the parent as this mail program quotes it."""
    words = own_words(letter)
    page = paragraphs(words, letter)
    if parent is None or not letter.quote:
        return Written(letter, words + "\n", page)
    if letter.style == "outlook":
        return Written(letter, f"{words}\n\n{_original(letter, parent)}", page + _original_page(letter, parent))
    line = attribution(letter, parent.letter)
    inner = "".join(f"> {row}".rstrip() + "\n" for row in parent.text.splitlines())
    return Written(letter, f"{words}\n\n{line}\n{inner}", page + _quote_page(letter, line, parent))


def paragraphs(words: str, letter: Letter) -> str:
    """Text as the page a mail program makes of it; right-to-left languages say so."""
    tag = {"outlook": '<p class="MsoNormal">{}</p>', "apple": "<div>{}</div><div><br></div>"}.get(
        letter.style, "<p>{}</p>"
    )
    blocks = [html.escape(block, quote=False).replace("\n", "<br>\n") for block in words.split("\n\n")]
    turned = ' dir="rtl"' if letter.language in ("he", "ar") else ' dir="ltr"' if letter.style == "gmail" else ""
    return f"<div{turned}>" + "\n".join(map(tag.format, blocks)) + "</div>\n"


def _original(letter: Letter, parent: Written) -> str:
    """The header block office programs put above the unmarked original."""
    sender, sent, to, subject, rule = LABELS[letter.language]
    old = parent.letter
    when = f"{date(old.sent_at, letter.language)} {old.sent_at:%Y %H:%M}"
    head = f"{sender}: {old.name} <{old.address}>\n{sent}: {when}\n{to}: {old.to}\n{subject}: {old.subject}"
    return f"{rule}\n{head}\n\n{parent.text}"


def _original_page(letter: Letter, parent: Written) -> str:
    head = _original(letter, parent).split("\n\n")[0].splitlines()[1:]
    rows = "<br>".join(f"<b>{label}:</b>{html.escape(rest)}" for label, _, rest in (row.partition(":") for row in head))
    style = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    return f'<div><div style="{style}"><p class="MsoNormal">{rows}</p></div></div>\n{parent.page}'


def _quote_page(letter: Letter, line: str, parent: Written) -> str:
    said = html.escape(line)
    if letter.style == "apple":
        return f'<div><blockquote type="cite"><div>{said}</div><br>{parent.page}</blockquote></div>\n'
    edge = "margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"
    quote = f'<blockquote class="gmail_quote" style="{edge}">{parent.page}</blockquote>'
    return f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{said}<br></div>{quote}</div>\n'
