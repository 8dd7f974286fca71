"""Lines that introduce quoted or forwarded mail, in the common languages.

"On ... wrote:" over several lines, Outlook's header block, "Original Message"
and forward marks. Languages are rows of the tables below; the code knows none.
Every look-ahead is bounded, so reading a text stays linear in its length.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_ATTRIBUTION_LINES = 6
MAX_ATTRIBUTION_CHARACTERS = 500
MAX_HEADER_LINES = 14
_MIN_LABELS = 3
_MAX_LINES_ABOVE = 3
_MAX_BARE_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Intro:
    """Lines that introduce what somebody else wrote.

    Attributes:
        lines: How many lines it takes.
        is_proof: What follows is quoted even where its lines bear no mark.
        is_forward: It introduces a forwarded mail.
    """

    lines: int
    is_proof: bool = True
    is_forward: bool = False


# The word for "wrote" in lines such as "On 2 March Dana wrote:".
_WROTE = (
    r"wrote|writes|said|"  # English
    r"schrieb|geschrieben|"  # German
    r"a écrit|écrit|"  # French
    r"escribió|escribio|va escriure|"  # Spanish, Catalan
    r"ha scritto|scrisse|"  # Italian
    r"schreef|het volgende geschreven|"  # Dutch
    r"skrev|skreiv|følgende|"  # Swedish, Norwegian, Danish
    r"escreveu|"  # Portuguese
    r"napisał\(a\)|napisał|napisała|napisal|napsal\(a\)|napsal|napísal|"  # Polish, Czech, Slovak
    r"kirjoitti|"  # Finnish
    r"написал|написала|пишет|пише|написав|написа|"  # Russian, Ukrainian, Bulgarian
    r"a scris|"  # Romanian
    r"írta|ezt írta|"  # Hungarian
    r"έγραψε|"  # Greek
    r"yazdı|şunu yazdı|"  # Turkish
    r"写道|寫道|のメール|さんは書きました|님이 작성"  # Chinese, Japanese, Korean
)
# How such a line begins: a preposition or article, a weekday, a date, a name with an address.
_OPENING = re.compile(
    r"[\s*_>-]{0,12}(?:"
    r"(?:on|at|in message|am|le|el|en|il|lo|op|den|em|no dia|dnia|w dniu|dne|dňa|on|în|pe|la"
    r"|στις|в|от|у|tarihinde|в сообщении)\b"
    r"|\d{1,4}[-./\s年]"
    r"|[^\W\d_]{2,12}[.,]{1,2}\s{0,2}\d{1,4}"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)\w*"
    r"|在"
    r"|[^<>@]{1,80}[<(\[]"
    r")",
    re.IGNORECASE,
)
_WROTE_WORD = re.compile(rf"(?:^|[\s>)\]*_\"',，]){{1}}(?:{_WROTE})(?=$|[\s:：*_-])", re.IGNORECASE)
_ENDS_OPEN = re.compile(r"(?:[:：]|-{2,})[\s*_]{0,6}$")
_ADDRESS = re.compile(r"[^\s<>@:]{1,64}@[^\s<>@:]{1,100}")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_YEAR = re.compile(r"(?:\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}年)")
_OWN_SUBJECT = re.compile(
    r"\b(?:i|we|you|ich|wir|sie|je|vous|nous|yo|io)\s{1,3}\w{1,12}\s{0,3}[:：]"
)
# Two sentences are prose; "Apr. 2017" and "nachm. schrieb" are not two sentences.
_SENTENCE_END = re.compile(r"[^\W\d_]{4,}[.!?]\s{1,3}[A-Z]")
_DATE_AND_NAME = re.compile(
    r"\s{0,8}\d{4}[-/]\d{1,2}[-/]\d{1,2}\b(?:\s\d{1,2}:\d{2}(?::\d{2})?)?"
    r"(?:\s(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s\S.{0,80}|\s\S.{0,120}<[^\s<>@]{1,64}@[^\s<>@]{1,100}>:?)\s*$"
)

_BAR = r"[\s*_]{0,6}(?:-{2,}|_{5,}|={3,})[\s*_]{0,4}"
_ORIGINAL = (
    r"original (?:message|appointment|mail)|urspr(?:ü|ue)ngliche (?:nachricht|mail|e-mail)"
    r"|originalnachricht|message d['’]origine|message original|messaggio originale"
    r"|mensaje original|mensagem original|oorspronkelijk bericht|opprinnelig melding"
    r"|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|original besked"
    r"|wiadomość oryginalna|oryginalna wiadomość|alkuperäinen viesti|původní (?:zpráva|e-mail)"
    r"|исходное сообщение|пересылаемое сообщение|eredeti üzenet|mesaj original|özgün ileti"
    r"|reply message|antwort nachricht"
)
_FORWARDED = (
    r"forwarded (?:message|mail|by .{1,80})|weitergeleitete (?:nachricht|mail)"
    r"|message transféré|message transmis|courriel transféré|mensaje reenviado|mensagem encaminhada"
    r"|messaggio inoltrato|doorgestuurd bericht|videresendt (?:melding|meddelelse|e-post)"
    r"|vidarebefordrat (?:meddelande|brev)|przekazana wiadomość|wiadomość przekazana"
    r"|välitetty viesti|přeposlaná zpráva|пересланное сообщение|továbbított üzenet"
)
_ORIGINAL_LINE = re.compile(
    rf"{_BAR}(?:{_ORIGINAL})[\s*_]{{0,4}}(?:-{{2,}}|_{{5,}}|={{3,}})?", re.IGNORECASE
)
_FORWARD_LINE = re.compile(
    rf"{_BAR}(?:{_FORWARDED})[\s*_:]{{0,4}}(?:-{{2,}}|_{{5,}})?", re.IGNORECASE
)
_BEGIN_FORWARD_LINE = re.compile(
    r"\s{0,8}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:transféré|réexpédié)|inizio messaggio inoltrato"
    r"|inicio del mensaje reenviado|início da mensagem (?:encaminhada|reenviada)"
    r"|begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt melding"
    r"|videresendt besked|początek przekazywanej wiadomości)\s{0,3}:\s*$",
    re.IGNORECASE,
)

# The labels of a header block, by what they name.
_FROM = r"from|von|de|da|van|från|fra|od|lähettäjä|от|від|feladó|kimden|发件人|差出人|보낸 사람|remitente"
_OTHERS = {
    "date": r"sent|date|gesendet|datum|envoyé|date d['’]envoi|enviado(?: el| em)?|fecha|data|inviato|verzonden"
    r"|skickat|sendt|dato|wysłano|lähetetty|päivämäärä|отправлено|дата|надіслано|odesláno|elküldve|发送时间|日期"
    r"|送信日時|보낸 날짜",
    "to": r"to|an|à|a|para|til|till|aan|do|pro|komu|vastaanottaja|кому|címzett|kime|收件人|宛先|받는 사람",
    "subject": r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|aihe|тема|předmět|tárgy"
    r"|konu|主题|件名|제목",
    "else": r"cc|kopie|copie|kopia|copia|kopi|bcc|reply-to|antwort an|répondre à|responder a|risposta|svar til"
    r"|importance|wichtigkeit|priority|attachments|anlagen|копия",
}
_LABEL_SHAPE = r"[\s>*_]{{0,8}}(?:{words})[\s\xa0]{{0,3}}[*_]{{0,2}}\s?[:：](?!//)"
_FROM_LABEL = re.compile(_LABEL_SHAPE.format(words=_FROM), re.IGNORECASE)
_OTHER_LABELS = {
    name: re.compile(_LABEL_SHAPE.format(words=words), re.IGNORECASE)
    for name, words in _OTHERS.items()
}
_RULE = re.compile(r"[\s*]{0,8}[_=-]{5,}[\s*]{0,8}$")


def find_intro(lines: Sequence[str], start: int) -> Intro | None:
    """Whether the lines from `start` on introduce somebody else's text; each line is capped."""
    line = lines[start]
    if is_forward_mark(line):
        return Intro(lines=1 + _header_lines(lines, start + 1), is_forward=True)
    if _ORIGINAL_LINE.match(line):
        return Intro(lines=1 + _header_lines(lines, start + 1))
    if _RULE.match(line) or _FROM_LABEL.match(line):
        count = _header_lines(lines, start)
        return Intro(lines=count) if count else None
    if _OPENING.match(line):
        return _attribution(lines, start)
    return None


def is_forward_mark(line: str) -> bool:
    """Whether a line says that a forwarded mail follows."""
    return bool(_BEGIN_FORWARD_LINE.match(line) or _FORWARD_LINE.match(line))


def is_bare_attribution(line: str) -> bool:
    """Whether a line that stands right above a marked quote says who wrote it."""
    if len(line) > _MAX_BARE_CHARACTERS or not _ENDS_OPEN.search(line):
        return False
    has_time = _YEAR.search(line) and _CLOCK.search(line)
    is_telling = _WROTE_WORD.search(line) or _ADDRESS.search(line) or has_time
    return bool(is_telling) and not _OWN_SUBJECT.search(line)


def _header_lines(lines: Sequence[str], start: int) -> int:
    """How many lines a header block takes from `start` on; 0 where there is none."""
    position = start
    while position < min(len(lines), start + _MAX_LINES_ABOVE) and _is_gap(lines[position]):
        position += 1
    kinds: set[str] = set()
    for index in range(position, min(len(lines), position + MAX_HEADER_LINES)):
        kind = _label(lines[index])
        if not lines[index].strip() or (index == position and kind != "from"):
            position = index
            break
        kinds.add(kind)
    else:
        position = min(len(lines), position + MAX_HEADER_LINES)
    is_block = len(kinds - {""}) >= _MIN_LABELS and {"date", "subject"} & kinds
    return position - start if is_block else 0


def _is_gap(line: str) -> bool:
    return not line.strip() or _RULE.match(line) is not None


def _label(line: str) -> str:
    """What a header line names; empty for any other line."""
    if _FROM_LABEL.match(line):
        return "from"
    return next((name for name, label in _OTHER_LABELS.items() if label.match(line)), "")


def _attribution(lines: Sequence[str], start: int) -> Intro | None:
    """A line "On ... wrote:" that may have been wrapped."""
    joined = ""
    for index in range(start, min(len(lines), start + MAX_ATTRIBUTION_LINES)):
        line = lines[index].strip()
        if not line and not _goes_on(lines, index + 1):
            return None
        joined = f"{joined} {line}"[: MAX_ATTRIBUTION_CHARACTERS + 1]
        if len(joined) > MAX_ATTRIBUTION_CHARACTERS or _SENTENCE_END.search(joined):
            return None
        if _DATE_AND_NAME.match(joined):
            return Intro(lines=index - start + 1)
        if _ENDS_OPEN.search(line):
            return _judged(joined, index - start + 1)
    return None


def _goes_on(lines: Sequence[str], index: int) -> bool:
    return index < len(lines) and lines[index].lstrip()[:1] == "<"


def _judged(joined: str, count: int) -> Intro | None:
    if not _WROTE_WORD.search(joined):
        return None
    has_proof = _ADDRESS.search(joined) or _YEAR.search(joined)
    return Intro(lines=count, is_proof=bool(has_proof) and not _OWN_SUBJECT.search(joined))
