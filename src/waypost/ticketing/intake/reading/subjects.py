"""Subjects without what mail programs put before them, in the languages people write to us in."""

import re
from dataclasses import dataclass

_REPLIES = (
    "re res aw antw antwort sv vs odp ynt vá svar réf ref rép rif r ad ang αντ απ σχετ atb bls hf 回复 回覆 "
    "答复 答覆 返信 回信 회신 답장 отв ответ відп השב תגובה رد الرد پاسخ ตอบ tl"
)
_FORWARDS = (
    "fwd fw wg wtr tr rv enc i inoltra doorst pd podaj vb vl vid videresendt továbbítás tovabb ilt i̇lt προωθ πρθ пер "
    "пересл fs frs transfert reenv reenviado weitergeleitet 转发 轉寄 轉發 転送 전달 הועבר إعادة-توجيه إعادة-إرسال"
)


def _pattern(words: str) -> str:
    return "|".join(re.escape(w).replace(r"\-", r"[\s-]") for w in sorted(words.split(), key=len, reverse=True))


_PREFIX = re.compile(
    rf"\s*(?:(?P<reply>{_pattern(_REPLIES)})|(?P<forward>{_pattern(_FORWARDS)}))"
    r"\s{0,3}(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\d{1,4}|\*\d{1,4})?\s{0,3}[:\uff1a]\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*\[(?:fwd|fw):\s*(.*)\]\s*$", re.IGNORECASE | re.DOTALL)
_GATEWAY_TAG = re.compile(r"(?i)\s*(?:\[(?:ext|extern|external|externe|spam)\]|\*{2,5}\s?spam\s?\*{2,5})\s*:?")


@dataclass(frozen=True, slots=True)
class Bare:
    """A subject as its first writer wrote it; `is_forward` tells what the outermost prefix said."""

    text: str
    is_forward: bool = False
    is_reply: bool = False


def bare_subject(subject: str | None) -> Bare:
    """Strip prefixes, their numbered forms and gateway tags before them, as often as they stand there."""
    text, kinds = subject or "", list[str]()
    while True:
        if match := _PREFIX.match(text) or _GATEWAY_TAG.match(text):
            kinds.append(match.lastgroup or "")
            text = text[match.end() :]
        elif match := _BRACKETED.match(text):
            kinds.append("forward")
            text = match[1]
        else:
            break
    outermost = next((k for k in kinds if k), "")
    return Bare(" ".join(text.split()), outermost == "forward", outermost == "reply")
