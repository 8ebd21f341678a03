"""Where the writer's own words end and the quoted history begins."""

import re

import quotequail

_INTRO = re.compile(
    r"(?:\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev"
    r"|kirjoitti|napisała?|pisze|napsala?"
    r"|írta|написала?|пише|yazdı|a scris|έγραψε|כתבה?|كتب)\b.{0,80}|のメール|书写|写道|寫道|作成)\s*[:\uff1a]\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[\s>]*(?:-{2,}|_{2,})?\s*(?:begin forwarded message|forwarded message|weitergeleitete nachricht"
    r"|message transféré|anfang der weitergeleiteten e-mail|mensaje reenviado|messaggio inoltrato"
    r"|mensagem encaminhada|doorgestuurd bericht|wiadomość przekazana|przekazana wiadomość"
    r"|vidarebefordrat meddelande|пересылаемое сообщение"
    r"|転送されたメッセージ|转发的邮件)\s*(?:-{2,}|:)",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:-{4,}+(?:[^-](?:[^-]|-(?!--)){0,60}-{4,}+)?|_{20,}+)\s*$")
_HEADER_LINE = re.compile(
    r"^\s*\*?(from|von|de|da|van|från|fra|od|lähettäjä|от|кому|差出人|发件人|sent|date|gesendet|datum"
    r"|date d'envoi|envoyé|fecha|enviado|data|inviato|verzonden"
    r"|skickat|sendt|wysłano|дата|送信日時|发送时间|to|an|à|para|a|aan|till|til|do|宛先|收件人"
    r"|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|件名|主题|cc|kopie)\s?\*?\s?[:\uff1a]\*?\s?\S",
    re.IGNORECASE,
)
_SUBJECT_NAMES = "subject betreff objet asunto oggetto assunto onderwerp ämne emne temat тема 件名 主题"
_SUBJECTS = frozenset(_SUBJECT_NAMES.split())
_LINES_READ = 2_000
_CHARS_OF_A_LINE = 400


def quote_start(text: str) -> int | None:
    """Offset in characters at which only history follows; None without any, with nothing
    else, or when answers stand between quotes."""
    lines = text.split("\n", _LINES_READ)[:_LINES_READ]
    short = [line[:_CHARS_OF_A_LINE].strip() for line in lines]
    start = next((n for n, line in enumerate(short) if line and _begins(short, n)), None)
    if start is None or _is_answered_below(short, start):
        return None
    offset = sum(len(line) + 1 for line in lines[:start])
    return offset if text[:offset].strip() else None


def begins_forwarded(history: str) -> bool:
    """One of the first lines is a mail program's own and says that what follows was forwarded."""
    return any(_FORWARDED.match(line) for line in history[:1_000].split("\n")[:4])


def _begins(lines: list[str], n: int) -> bool:
    line = lines[n]
    if line.startswith(">"):
        return not line.startswith(">From ")
    if line[-1] not in ":\uff1a-_" and not _HEADER_LINE.match(line) and not _wraps(lines, n):
        return False
    return _is_intro(lines, n) or _is_header_block(lines, n) or _is_known(lines[n : n + 2])


def _wraps(lines: list[str], n: int) -> bool:
    """An introduction broken into two lines: the date stands in the first, the verb and the colon in the second."""
    following = "".join(lines[n + 1 : n + 2])
    if not following.endswith((":", "\uff1a")) or any(c.isdigit() for c in following.partition("<")[0]):
        return False
    return any(c.isdigit() for c in lines[n]) and bool(_INTRO.search(f"{lines[n]} {following}"))


def _is_intro(lines: list[str], n: int) -> bool:
    """`On Monday Ann wrote:`, alone or broken in two, with history below it."""
    one = bool(_INTRO.search(lines[n]))
    if not one and not _wraps(lines, n):
        return False
    rest = next((line for line in lines[n + (1 if one else 2) :] if line), "")
    is_dated = any(c.isdigit() for c in "".join(lines[n : n + 2 - one]))
    return rest.startswith(">") or (bool(rest) and is_dated)


def _is_header_block(lines: list[str], n: int) -> bool:
    """Three of From, Sent, To, Subject in a row, or two below a drawn line."""
    ruled = bool(_RULE.match(lines[n]))
    block = [line for line in lines[n + ruled : n + ruled + 7] if line][:4]
    names = {match[1].lower() for line in block if (match := _HEADER_LINE.match(line))}
    is_mail = any("@" in line for line in block) or bool(names & _SUBJECTS)
    return is_mail and len(names) >= (2 if ruled else 3) and (ruled or bool(_HEADER_LINE.match(lines[n])))


def _is_known(lines: list[str]) -> bool:
    """A line that the library knows as the start of history."""
    found = quotequail.quote("\n".join(lines), quote_intro_line=True)
    return len(found) > 1 and not found[0][1]


def _is_answered_below(lines: list[str], start: int) -> bool:
    """Own words after a quote that is marked line by line: the history must stay in sight."""
    first = next((n for n in range(start, min(start + 5, len(lines))) if lines[n].startswith(">")), None)
    if first is None:
        return False
    for line in lines[first:]:
        if line == "--" or _RULE.match(line):
            return False
        if line and not line.startswith(">") and not _INTRO.search(line):
            return True
    return False
