"""Signatures, sign-offs, "Sent from my phone" and legal footers, cut from own words.

Only what is plainly no message is cut: prose below a sign-off ("PS I'll send
it tomorrow") stays. What is cut is kept apart, because on a shared address the
name in it tells who wrote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MARK = re.compile(r"\s{0,3}(?:--|—|–)\s{0,3}$")
_MAX_MARKED_LINES = 40
_MAX_SIGN_OFF_LINES = 30
_MAX_LINE = 120
_MAX_LEGAL = 2000
_MAX_NAME = 40
_MAX_NAME_WORDS = 5
_STOPS = frozenset(".!?)…")
_SENTENCE_BREAK = re.compile(r"[.!?]\s{1,3}(?=\S)")

# A line of rules and dots, as it stands above a signature or at the very end.
_ORNAMENT = re.compile(r"[\s\-_=*~#+.·•ᐧ|—–]{1,200}$")

_DEVICE = (
    r"(?:i ?phone|i ?pad|i ?pod|android|galaxy|samsung|htc|nokia|huawei|xiaomi|pixel|oneplus|fairphone"
    r"|black ?berry|windows (?:phone|mail|\d+)|mobile|mobil\w*|smartphone|phone|cell\w*|tablet|handy|device"
    r"|outlook|yahoo|aol|gmail|airmail|mailbox|thunderbird|k-9|proton ?mail|tutanota|fastmail|hey|spark"
    r"|superhuman|newton|nine|typeapp|bluemail|edison|mailspring|canary|mail)"
)
_MOBILE = re.compile(
    r"[\s(<*_\[\"]{0,6}(?:"
    r"(?:sent|written|typed|posted) (?:from|via|with|by|on|using) (?:(?:my|a|an|the|our) .{1,70}|.{0,30}\b"
    + _DEVICE
    + r"\b.{0,60})"
    r"|(?:from my|\w{1,20} from) " + _DEVICE + r"\b.{0,30}"
    r"|get (?:the )?\[?outlook for .{1,60}"
    r"|envoyé (?:depuis|de|à partir d[eu']) ?.{1,60}|enviado (?:desde|do|de|a partir d[eo]) .{1,60}"
    r"|inviato da(?:l| mio)? .{1,60}|(?:gesendet|versendet|verschickt) (?:von|mit|aus) .{1,60}"
    r"|von mein\w{0,2} .{1,40} gesendet|diese nachricht wurde von .{1,60} gesendet"
    r"|(?:verzonden|verstuurd) (?:met|vanaf|via|van) .{1,60}|sendt fra .{1,60}|skickat från .{1,60}"
    r"|wysłan[eoy] (?:z|za pomocą) .{1,60}|odesláno z .{1,60}|lähetetty .{1,60}"
    r"|отправлено (?:с|из) .{1,60}|надіслано з .{1,60}"
    r"|從我的 .{1,30} 傳送|从我的 ?.{1,30} ?发送|发自我的.{1,30}|.{0,20}iPhoneから送信"
    r")[\s)>*_\]\".]{0,6}$",
    re.IGNORECASE,
)
# "Sent from my desk, I'll call you" is prose; "please excuse any typos" is not.
_APOLOGY = re.compile(
    r"\b(?:excuse|typo\w*|brevity|forgive|pardon|auto-?correct|fat fingers)\b", re.IGNORECASE
)

_SIGN_OFF_WORDS = (
    r"(?:(?:with |my |our )?(?:very |many |all |most )?(?:kind(?:est)?|best|warm(?:est)?|friendly|sincere) "
    r"(?:regards|wishes|greetings)|regards|best|all the best|all best|cheers|sincerely|sincerely yours"
    r"|yours|yours (?:sincerely|truly|faithfully)|respectfully|cordially|take care|rgds|br|kr|ttyl"
    r"|(?:many |much )?thanks(?: again| so much| very much| a lot| in advance| a million| a bunch)?"
    r"(?: (?:and|&) (?:(?:kind|best|warm) )?regards)?|thank you(?: again| so much| very much| in advance)?|thx|ta"
    r"|thanks for your (?:patience|understanding|help|time)|thank you for your (?:patience|understanding|help|time)"
    r"|speak soon|talk soon|see you(?: soon| then)?|have a (?:great|good|nice|lovely) (?:day|weekend|one|evening|week)"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen|schönen) (?:gr(?:ü|ue)(?:ß|ss)en?|dank)"
    r"|(?:viele|beste|liebe|herzliche|schöne|freundliche) gr(?:ü|ue)(?:ß|ss)e|gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg|danke"
    r"|cordialement|bien (?:cordialement|à vous)|(?:meilleures|sincères) salutations|salutations|merci|bonne journée"
    r"|saludos(?: cordiales)?|un (?:cordial )?saludo|atentamente|gracias|atenciosamente|cumprimentos|obrigad[oa]"
    r"|cordiali saluti|distinti saluti|saluti|grazie|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?"
    r"|groet(?:en|jes)?|mvg|med vänlig(?:a)? hälsning(?:ar)?|vänliga hälsningar|hälsningar|mvh|hilsen"
    r"|(?:med )?vennlig hilsen|med venlig hilsen|venlig hilsen|pozdrawiam|z poważaniem|terveisin|ystävällisin terveisin"
    r"|с уважением|z pozdravem|üdvözlettel)"
)
_SIGN_OFF = re.compile(
    rf"\s{{0,8}}{_SIGN_OFF_WORDS}\s{{0,3}}[,.!;:\-–—]{{0,3}}\s{{0,3}}[:;]?[-)]{{0,2}}$",
    re.IGNORECASE,
)
_SIGN_OFF_WITH_NAME = re.compile(
    rf"\s{{0,8}}(?i:{_SIGN_OFF_WORDS})\s{{0,2}}[,.!\-–—]{{1,2}}\s{{0,2}}([^\W\d_][\w.'’-]{{0,20}}(?: [^\W\d_][\w.'’-]{{0,20}}){{0,2}})\s{{0,3}}$"
)

_NAME_WORD = re.compile(r"[^\W\d_][\w.'’-]{0,25},?$")
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "van",
        "von",
        "der",
        "den",
        "la",
        "del",
        "di",
        "bin",
        "al",
        "of",
        "and",
        "&",
        "the",
        "e",
        "y",
        "und",
        "at",
    ]
)
# Capitalised words that open an answer, not a name.
_NO_NAME = frozenset(
    word
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight yesterday",
        "january february march april june july august september october november december",
        "yes no ok okay sure done sorry perfect great thanks thank will can should would could shall must",
        "it its this that these those here there now soon later hi hello hey dear good morning afternoon",
        "do send call update follow note please see attached noted agreed understood received sent shipped",
        "maybe both neither none all either not i we you he she they my our your if when what who how why",
    )
    for word in words.split()
)
_PROSE_WORD = re.compile(
    r"\b(?:i|i['’]?(?:ll|m|ve|d)|we|we['’](?:ll|re|ve|d)|you|you['’](?:ll|re|ve|d)|will|won['’]t|let|please|can|should"
    r"|would|could|is|are|was|were|have|has|it|this|that|as|if|when|ich|wir|je|nous)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’](?:ll|m|ve|d)|my|me)\b")
_CONTACT = re.compile(
    r"(?:\+?\(?\d[\d\s().\-/]{6,20}\d)|[^\s@]{1,60}@[^\s@]{1,80}\.\w{2,}|https?://|\bwww\.|\s[|•·]\s"
    r"|\b(?:tel|phone|fax|mobile|mob|cell|direct|office|m|t|f|p|e)[.:]\s{0,3}\+?\(?\d",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"\s{0,3}\(?P\.?\s?(?:P\.?\s?)?S\b", re.IGNORECASE)

_LEGAL = re.compile(
    r"not the (?:intended|named) (?:recipient|addressee)|intended (?:solely|only|exclusively) for"
    r"|for the (?:sole|exclusive) use of|intended recipient\(?s?\)? only"
    r"|(?:received|reached you|sent to you|addressed to you).{0,60}\b(?:in error|by mistake)"
    r"|\bconfidential\b.{0,80}\b(?:e-?mail|message|privileged|communication|transmission)"
    r"|(?:e-?mail|message|communication|transmission)\b.{0,80}\bconfidential\b|legally privileged"
    r"|this (?:e-?mail|message)(?: and (?:any|all)| \(including|, including| is (?:intended|confidential|for the (?:person|addressee|recipient)))"
    r"|registered (?:in (?:england|wales|scotland|ireland)|office\b|company number|charity)"
    r"|company (?:registration )?(?:no|number|reg)\b|\bvat (?:no|number|reg)"
    r"|amtsgericht|handelsregister|geschäftsführer|ust-?id|\bHRB \d|siège social|\bRCS \w+ \d"
    r"|consider the environment|(?:think|before you) before (?:you )?print|before printing this"
    r"|virus-free|scanned (?:by|for) |checked for viruses|(?:no|any) liability|opinions expressed"
    r"|(?:to|click(?: here)? to) unsubscribe|unsubscribe (?:here|from|at any)|manage your (?:preferences|subscription)"
    r"|you(?:['’]re| are)? (?:receiving|received) this (?:e-?mail|message) (?:because|as)"
    r"|reply to this e-?mail directly|view it on (?:github|gitlab)|mailing list\b.{0,80}(?:http|@)"
    r"|diese e-?mail (?:enthält|kann|ist)|nicht der richtige adressat|irrtümlich erhalten"
    r"|ce (?:message|courriel).{0,60}(?:confidentiel|destin)|este (?:mensaje|correo).{0,60}confidencial"
    r"|questo messaggio.{0,60}(?:riservat|confidenzial)|dit bericht.{0,60}vertrouwelijk|wiadomość.{0,80}poufn",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A text's own lines, and the lines of its signature in the order of the mail."""

    own: list[str]
    signature: list[str]


def split_signature(lines: Sequence[str]) -> Split:
    """Part one stretch of own words from the signature in or below it."""
    own, signature = _at_mark(lines)
    is_cut = True
    while is_cut:
        own = _without_ornaments(own)
        count = _tail_length(own)
        is_cut = count > 0
        signature = own[len(own) - count :] + signature
        own = own[: len(own) - count]
    return _at_sign_off(own, signature)


def is_ornament(line: str) -> bool:
    """Whether a line shows nothing but rules, dots and blanks."""
    return not line.strip() or _ORNAMENT.match(line) is not None


def _at_mark(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Cut at the signature mark "-- " (RFC 3676, 4.3)."""
    for index, line in enumerate(lines):
        if _MARK.match(line) and _count_filled(lines[index:]) <= _MAX_MARKED_LINES:
            return list(lines[:index]), list(lines[index + 1 :])
    return list(lines), []


def _count_filled(lines: Sequence[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _without_ornaments(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and is_ornament(lines[end - 1]):
        end -= 1
    return lines[:end]


def _tail_length(own: Sequence[str]) -> int:
    """How many of the last lines are a footer, a mobile signature or a name; 0 for none."""
    if not own:
        return 0
    if _is_mobile(own[-1]):
        return 1
    start = len(own)
    while start and own[start - 1].strip() and len(own) - start < _MAX_SIGN_OFF_LINES:
        start -= 1
    if _is_legal(own[start:]):
        return len(own) - start
    if start and _is_name_block(own, start):
        return len(own) - start
    is_last_line_name = len(own) > 1 and _is_given_name(own[-1]) and own[-2].rstrip()[-1:] in _STOPS
    return int(is_last_line_name)


def _is_name_block(own: Sequence[str], start: int) -> bool:
    """Whether the last paragraph is a name with, perhaps, title and addresses below it."""
    above = next((line for line in reversed(own[:start]) if line.strip()), "")
    if above.rstrip()[-1:] in (":", ",") and not _SIGN_OFF.match(above):
        return False
    paragraph = own[start:]
    return _is_name(paragraph[0]) and _signed_length(paragraph) == len(paragraph)


def _at_sign_off(own: list[str], signature: list[str]) -> Split:
    """Cut at a closing such as "Kind regards," that a name or a signature follows."""
    filled = [index for index, line in enumerate(own) if line.strip()][-_MAX_SIGN_OFF_LINES:]
    for place, index in enumerate(filled):
        line = own[index]
        if len(line) <= _MAX_LINE and _SIGN_OFF.match(line):
            following = own[filled[place + 1]] if place + 1 < len(filled) else ""
            is_end = not following and any(part.strip() for part in signature)
            if is_end or _is_name(following, is_signed=True) or _is_contact(following):
                return _parted(own, index, signature)
        if index == filled[-1] and len(line) <= _MAX_LINE and _SIGN_OFF_WITH_NAME.match(line):
            return Split(own=own[:index], signature=[line, *signature])
    return Split(own=own, signature=signature)


def _parted(own: list[str], start: int, signature: list[str]) -> Split:
    """Below a sign-off keep what is prose, for instance a postscript."""
    kept, cut = own[:start], []
    for paragraph in _paragraphs(own[start:]):
        count = _signed_length(paragraph)
        cut += paragraph[:count]
        if count < len(paragraph):
            kept += ["", *paragraph[count:]]
    return Split(own=kept, signature=cut + signature)


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _signed_length(paragraph: Sequence[str]) -> int:
    """How many of the first lines of a paragraph belong to a signature."""
    if _is_legal(paragraph):
        return len(paragraph)
    has_contact = False
    for index, line in enumerate(paragraph):
        is_known = _is_known(line)
        # A slogan stands below address and phone, and promises for the house at most.
        is_slogan = has_contact and not _FIRST_PERSON.search(line[:_MAX_LINE])
        is_title = index > 0 and not _is_prose(line)
        if not (is_known or is_slogan or is_title):
            return index
        has_contact |= _is_contact(line)
    return len(paragraph)


def _is_known(line: str) -> bool:
    if len(line) > _MAX_LINE or _POSTSCRIPT.match(line):
        return False
    return bool(
        _SIGN_OFF.match(line)
        or _is_name(line, is_signed=True)
        or _is_mobile(line)
        or _is_contact(line)
        or is_ornament(line)
    )


def _is_mobile(line: str) -> bool:
    if len(line) > _MAX_LINE or not _MOBILE.match(line):
        return False
    sentences = _SENTENCE_BREAK.split(line.strip())
    return len(sentences) == 1 or _APOLOGY.search(line) is not None


def _is_contact(line: str) -> bool:
    return len(line) <= _MAX_LINE and _CONTACT.search(line) is not None and not _is_prose(line)


def _is_legal(paragraph: Sequence[str]) -> bool:
    text = " ".join(line[:_MAX_LEGAL] for line in paragraph)[:_MAX_LEGAL]
    return _LEGAL.search(text) is not None and not _FIRST_PERSON.search(text)


def _is_prose(line: str) -> bool:
    if _POSTSCRIPT.match(line) or len(line) > _MAX_LINE:
        return True
    return bool(_FIRST_PERSON.search(line) or (_PROSE_WORD.search(line) and len(line.split()) > 3))


def _is_given_name(line: str) -> bool:
    return len(line.split()) <= 2 and _is_name(line)


def _is_name(line: str, *, is_signed: bool = False) -> bool:
    """Whether a line can be a person's, a team's or a firm's name; below a sign-off in any case."""
    name = line.strip().lstrip("-–—/~*_ ").rstrip("*_ ")
    words = name.split()
    if not words or len(name) > _MAX_NAME or len(words) > _MAX_NAME_WORDS:
        return False
    if any(word.lower().strip(".,") in _NO_NAME for word in words):
        return False
    is_small_allowed = is_signed and len(words) == 1
    return all(
        _NAME_WORD.match(word) and (word[0].isupper() or word in _PARTICLES or is_small_allowed)
        for word in words
    )
