"""Reports and notices that no header betrays, told by their words.

One phrase proves nothing: people write "out of the office" and quote error messages. So a mail
counts as a machine's only where two signs of different kinds agree, such as a report's subject
and a server's reply code. What a mail quotes or forwards is not its own and is no sign.
"""

import re

from promisekeeper.core.mailwords import REPLY_ABOVE, either
from promisekeeper.core.message import Message

MAX_REPORT = 6_000
MAX_NOTICE = 2_500
OPENING = 500
OPENING_NOTICE = 250

_I = re.IGNORECASE

REPORT_SUBJECTS = (
    r"undeliver(?:ed|able)|non[- ]?deliver|not (?:be )?delivered|could not (?:be )?(?:deliver"
    r"|send)",
    r"(?:mail|message|e-?mail)? ?delivery (?:\w+ )?(?:fail|error|problem|status|report|warning"
    r"|delay"
    r"|notif|unsuccessful)",
    r"deliver\w* (?:has )?fail|fail\w* (?:to )?deliver|fail(?:ed|ure)(?:\s|\w){0,12}(?:notice|mail"
    r"|notification|delivery)",
    r"returned (?:mail|e-?mail|message|to sender)|returning message|mail (?:status|system) "
    r"(?:report"
    r"|error|notification)|(?:mail|message) (?:rejected|refused|bounced)|bounced (?:mail|message)",
    r"warning: (?:could not|message|mail)|permanent (?:error|fail)|mailbox (?:is )?(?:full|unknown"
    r"|unavailable|disabled)|(?:user|recipient|address) (?:unknown|not found|rejected)|over quota",
    r"(?:complaint|abuse report|spam report) (?:about|from|for)|feedback loop",
    r"(?:mail|message) blocked|quota exceeded|exceeded quota|mailbox quota",
    r"unzustellbar|nicht zugestellt|zustellung\w* (?:fehl|gescheitert|verzöger)|rückläufer",
    r"non remis|échec de (?:la )?(?:remise|distribution|livraison)|non distribuable|n'a pas pu "
    r"être",
    r"no entregad[oa]|(?:error|fallo) (?:de|en la) entrega|devuelto|não entregue|falha na entrega",
    r"mancat[ao] (?:recapito|consegna)|non recapitabile|onbestelbaar|niet (?:af)?geleverd",
    r"(?:niedostarczon|nie dostarczon|zwrot)\w{0,10}|ej levererat|ikke leveret|kunde inte "
    r"levereras",
    r"не доставлен|недоставлен|配信(?:不能|エラー|失敗)|送信(?:エラー|失敗)|退信|投递失败|无法投递",
)
REPORT_SENDERS = (
    r"mail ?delivery|delivery (?:sub)?system|mailer[ -]?daemon|mail ?system|message router",
    r"(?:system|mail|email|e-mail|network) ?administrator|post ?master|internet mail delivery",
    r"(?:mail|smtp|e-?mail|anti ?virus|spam).{0,20}(?:gateway|service|server|daemon|router|relay)",
    r"^ndr$|^mta$|microsoft exchange|non[- ]?delivery|bounce",
)
REPORT_WORDS = (
    r"(?:could|can|was|has|have|did) ?(?:not|n't) (?:be |been )?(?:deliver|reach|sent to)\w*",
    r"(?:unable|failed|not able|impossible|couldn't) to (?:be )?deliver\w*|undeliver(?:ed|able)",
    r"delivery (?:to|of|attempts?).{0,120}(?:fail|postponed|delayed|has been|unsuccessful|not)",
    r"did not reach the following|following (?:recipient|address)\w*(?:\(?e?s\)?)? ?(?:had|fail"
    r"|could"
    r"|was|were)|(?:failed|intended|invalid|unknown) (?:recipient|address|user)\w*",
    r"(?:user|mailbox|recipient|address|account|host|domain)(?: address)? (?:is |was |has been )?"
    r"(?:unknown|not found|full|disabled|unavailable|rejected|inactive|over quota|does ?n[o']t "
    r"exist)",
    r"(?:unknown|invalid|no such|non-?existent) (?:user|recipient|address|mailbox|host|domain"
    r"|account)",
    r"exceed\w* (?:\w+ ){0,4}(?:quota|size|limit)|quota (?:is )?exceeded|full mailbox",
    r"(?:was|were|am|is|are)(?: not|n't) able to deliver|message to \S{1,80} (?:was|has been) "
    r"(?:rejected"
    r"|refused|returned|blocked)",
    r"(?:returned|bounced) (?:to sender|unopened|below|mail)|transcript of session",
    r"created automatically by mail delivery|(?:your|original|the) (?:message|mail) "
    r"(?:was|has been|is) (?:rejected|refused|returned|blocked|not delivered)",
    r"this (?:message )?account is protected|message (?:was|is) received at",
    r"konnte nicht zugestellt|nicht zustellbar|unzustellbar|empfänger (?:unbekannt|existiert "
    r"nicht)",
    r"n'a pas pu (?:e|ê)tre (?:d(?:e|é)livr|remis|distribu|envoy)|destinataire (?:inconnu"
    r"|introuvable)",
    r"no (?:se )?(?:ha )?pud?o? ?(?:ser )?entrega\w*|não (?:pôde|foi) (?:ser )?entregue",
    r"non (?:è stato possibile|può essere|recapit)\w*|kon niet worden (?:bezorgd|afgeleverd)",
    r"nie (?:mogła|może|została) (?:zostać )?(?:być )?dostarczon\w*|не (?:может быть "
    r")?доставлен\w*",
    r"配信できません|届けられません|无法送达",
)
# What servers say to one another, and the fields of their reports (RFC 3463, 2; RFC 3464, 2).
SERVER_TALK = re.compile(
    r"(?<![\d.])[45]\d\d[ -]{1,3}#?[45]\.\d{1,2}\.\d{1,2}\b|\b55[0-4][ -]{1,3}[a-z<\"']"
    r"|smtp error|\[smtp|rcpt to:|mail from:|remote host said|reason: "
    r"|(?:^|\s)(?:final|original)-recipient:|diagnostic-code:|reporting-mta:|(?:^|\s)status: [45]\."
    r"|(?:lines of|copy of|header\w* (?:and|of)).{0,40}(?:message|mail).{0,10}(?:follow|below)"
    r"|original message (?:follows|header|attached)|do not resend|(?:we will|will) (?:keep"
    r"|continue)"
    r".{0,20}(?:try|deliver)|attempts will continue",
    _I,
)
CARRIES_MAIL = frozenset({"message/rfc822", "text/rfc822-headers", "message/global"})

NOTICE_SUBJECTS = (
    r"auto(?:matic(?:ally)?|mated|matisch\w*|matique|mat\w{2,6})?[\s_:-]*(?:generated|e?[- ]?reply"
    r"|repl(?:y|ied)|response|respon[ds]\w*|antwort|antwoord|svar|message|notification|email)\b",
    r"auto ?: |out[- ]of[- ](?:the[- ])?office|\booo\b|away from (?:my|the) (?:mail|office|desk)",
    r"(?:on )?(?:vacation|holiday|annual leave|leave|sick leave)(?: (?:notice|reply|message"
    r"|until))?$",
    r"vacation (?:notice|reply|message)|absence (?:notice|message)|(?:i am|i'm) (?:away|on leave)",
    r"abwesen\w+|nicht im (?:büro|haus)|automatische antwort|urlaubs\w+|eingangsbestätigung",
    r"réponse automatique|absen(?:t|ce) (?:du bureau|:)|message d'absence|accusé de réception",
    r"respuesta automática|fuera de (?:la )?oficina|ausencia|resposta automática|ausência",
    r"risposta automatica|fuori (?:sede|ufficio)|assenza|automatisch antwoord|afwezig\w*",
    r"autosvar|frånvaro|fraværs?|automatisk svar|automatyczna odpowiedź|nieobecno\w+"
    r"|autoodpowied\w+",
    r"автоответ|автоматический ответ|自動(?:返信|応答)|自动(?:回复|答复)",
    r"(?:your|we have received your) (?:request|message|e-?mail|enquiry|inquiry|ticket) (?:has "
    r"been "
    r"|was )?(?:received|registered|opened)|we have received your|ticket (?:received|created"
    r"|opened)",
)
# A subject that says so in brackets says it of itself.
SAYS_SO = re.compile(
    r"^\s*[\[(*]{1,3}\s*(?:auto(?:matic(?:ally)?|mated)?[\s_-]*(?:generated|reply|response|message)"
    r"|automatische\s\w+|auto)\s*[\])*]",
    _I,
)
AWAY_WORDS = (
    r"\b(?:am|i'm|i will be|i'll be|(?:is|are) currently|currently|presently) (?:currently |now "
    r"|presently "
    r")?(?:out of (?:the |my )?"
    r"office|away from (?:the |my )?(?:office|desk|e-?mail)|on (?:\w+ )?(?:vacation|holidays?"
    r"|leave)"
    r"|travell?ing)",
    r"(?:limited|no|intermittent|restricted) access to (?:my )?e-?mail|(?:will|shall) (?:be "
    r"back|return"
    r"|reply|respond|answer).{0,40}(?:when i (?:return|am back)|upon (?:my )?return|on my "
    r"return|until)",
    r"(?:have left|no longer (?:with|work\w*|employed)(?: at| for| by)?) (?:the|this|our) "
    r"company|no longer "
    r"(?:with|at|working for) (?:us|\w{1,30})\b.{0,80}(?:contact|direct|write)",
    r"only notification you will receive|(?:this|the) person is away",
    r"(?:bin|ist|sind) (?:\S+ ){0,6}(?:nicht im (?:büro|haus)|abwesend|im urlaub|außer haus"
    r"|nicht erreichbar)|wieder (?:im büro|erreichbar|zurück)|(?:e-?mails?|nachricht) (?:wird"
    r"|werden) "
    r"nicht weitergeleitet",
    r"(?:je )?suis (?:\S+ )?(?:absente?|en (?:congés?|vacances|déplacement))|de retour le|en "
    r"mon absence",
    r"(?:estoy|estaré|me encuentro) (?:fuera|ausente|de vacaciones)|(?:estou|estarei) (?:fora"
    r"|ausente"
    r"|de férias)|sono (?:\S+ )?(?:assente|in ferie|fuori)|(?:ben|afwezig) (?:\S+ )?(?:met vakantie"
    r"|op vakantie|afwezig|niet op kantoor)|är (?:\S+ )?(?:på semester|bortrest)|er (?:\S+ )?på "
    r"ferie"
    r"|(?:jestem|przebywam) (?:\S+ )?(?:na urlopie|nieobecn\w+)|нахожусь в отпуске|休暇|不在",
)
AUTOMATED_WORDS = (
    r"(?:this|it) (?:is|was) (?:an? |just an? )?(?:auto(?:matic(?:ally)?"
    r"|mated)[\s-]*(?:generated |sent )?"
    r"(?:reply|response|message|e-?mail|notification|acknowledge?ment|answer|notice|confirmation))",
    r"(?:message|e-?mail|mail|reply|notification) (?:is|was|has been) (?:automatically "
    r"(?:generated|sent"
    r"|created)|(?:auto-?)?generated (?:automatically|by))|auto-?(?:generated|responder|reply) "
    r"message",
    r"sent (?:automatically|by an automated)|automatically generated|unattended (?:mailbox"
    r"|account)",
    r"automatisch (?:generiert|erstellt|versandt|erzeugt|gesendet)\w*|automatische (?:antwort"
    r"|nachricht"
    r"|e-?mail)|(?:message|réponse|courriel|e-?mail) (?:automatique|généré automatiquement)",
    r"(?:mensaje|respuesta|correo) (?:es )?(?:automátic\w+|generad\w+ automáticamente)|(?:mensagem"
    r"|resposta) automática|(?:messaggio|risposta) (?:generat\w+ )?automatic\w+|automatisch "
    r"(?:bericht"
    r"|antwoord|gegenereerd)|automatiskt|automatisk|wygenerowan\w+ automatycznie|自動(?:送信"
    r"|配信|返信)",
)
NO_REPLY_WORDS = (
    r"(?:please )?(?:do not|don't|dont|cannot|can not) (?:reply|respond|answer)\b.{0,40}",
    r"(?:replies|responses) (?:to this \S+ )?(?:are|will) not (?:be )?(?:monitored|read|answered)"
    r"|(?:not|un)[- ]?monitored|no need to reply",
    r"(?:bitte )?(?:antworten sie )?nicht (?:auf diese|auf dieses|antworten)|ne (?:pas|répondez "
    r"pas)"
    r" ?(?:répondre)? à (?:ce|cet)|no (?:responda|conteste)|não responda|non rispond\w+"
    r"|niet (?:te )?(?:beantwoorden|reageren)|svara inte|nie odpowiada\w+|返信(?:しない"
    r"|できません|不要)",
)
CHALLENGE_WORDS = (
    r"(?:click|follow|visit|use)\b.{0,40}\blink\b.{0,120}(?:confirm|verify|allow|approv|deliver"
    r"|white"
    r"|add|authenticate|human)",
    r"(?:confirm|verify|prove) (?:that )?you(?:r| are)\b.{0,40}(?:address|human|person|sender"
    r"|message)",
    r"(?:click|follow)\b.{0,40}\blink\b.{0,60}(?:receive|so (?:that )?i can)",
)
GUARDED_WORDS = (
    r"(?:allowed|approved|safe|white ?-?)(?:[- ]?senders?)?[- ]?list\b|challenge[- /]response"
    r"|protect\w* (?:\w{1,12} )?(?:by|from|against) .{0,40}(?:spam|junk|unsolicited)|one[- "
    r"]time (?:request"
    r"|verif)",
)
HELD_WORDS = (
    r"your (?:message|e-?mail|mail) (?:\S+ ){0,6}(?:was received|(?:is|was|has been) (?:\S+ "
    r")?(?:held"
    r"|quarantined|received|stored|waiting|pending|delivered))|message (?:is |was )?awaits? "
    r"moderat\w+|(?:message|e-?mail) (?:\S+ ){0,4}held (?:for|until|pending)",
)
THANKS_WORDS = (
    r"(?:thank you|thanks) for (?:contacting|reaching|writing|getting in touch|e-?mailing|your "
    r"(?:e-?mail|message|request|enquiry|inquiry|mail|interest))",
    r"(?:danke|vielen dank|wir danken ihnen) für ihre (?:\S+ )?(?:nachricht|anfrage|e-?mail|mail)",
    r"merci (?:de nous avoir contacté|pour votre (?:message|demande))|gracias por (?:contactar"
    r"|su (?:mensaje|correo))|grazie per (?:averci|il (?:suo|tuo) messaggio)",
)
RECEIVED_WORDS = (
    r"(?:we(?: have|'ve)?|your (?:\S+ ){1,4}(?:has been|was|have been)) (?:now |successfully "
    r")?(?:received"
    r"|registered|logged|opened|created|assigned)",
    r"(?:ticket|case|request|reference|issue)\s?(?:id|number|no\.?|nr\.?|#)\s?(?::|is|ist)?"
    r"\s?[\w-]{0,6}\d",
    r"(?:a|our|one of our|the) (?:\S+ ){0,4}(?:representative|agent|team member|team|member"
    r"|staff|person|advis[eo]r|specialist|colleague|expert|consultant)"
    r"\w* (?:\S+ ){0,3}(?:will|shall) (?:\S+ ){0,3}(?:respond|reply|contact|get|be in touch"
    r"|review)",
    r"(?:we|you) (?:\S+ ){0,3}(?:respond|reply|answer|response|get back)\w* (?:\S+ ){0,6}within",
    r"(?:ist|haben) (?:\S+ ){0,6}(?:eingegangen|erhalten)|schnellstmöglich|(?:avons|a été) "
    r"(?:bien )?"
    r"(?:reçu|enregistré)|hemos recibido|abbiamo ricevuto",
)

# A person's way of telling of a report; servers greet, too.
_GREETS = re.compile(
    r"\b(?:hi|hello|hey|dear (?!user|customer|sender|mail)|good (?:morning|afternoon|evening)|hallo"
    r"|guten|bonjour|hola|ciao)\b",
    _I,
)
_TELLS = re.compile(
    r"\b(?:i (?:tried|got|get|sent|have|wrote|was|am|cannot|can't)|my|we (?:got|sent|tried|have)"
    r"|could you|can you|help)\b",
    _I,
)
# Parcels are not delivered either.
_ABOUT_MAIL = re.compile(
    r"\b(?:e-?mails?|mails?|mailbox|messages?|recipients?|nachricht|empfänger|postfach|courriel"
    r"|destinataires?|mensaje|correo|mensagem|messaggio|bericht|wiadomość|письмо|сообщение)\b"
    r"|メール|邮件",
    _I,
)
_PASSED_ON = re.compile(r"^\s*(?:(?:re|aw|sv|rv|antw?)\s*:\s*)*(?:fwd?|wg|tr|vs|enc|i)\s*:", _I)
_ANSWERED = re.compile(r"^\s*(?:re|aw|sv|rv|antw?|odp|vs)\s*(?:\[\d+\])?\s*:", _I)
_QUOTED = re.compile(r"^\s{0,4}>.*$", re.MULTILINE)
_PASSED_ON_TEXT = re.compile(
    r"^[\s>-]*(?:begin forwarded message|-{2,} ?(?:forwarded|weitergeleitet|message transféré)).*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


def _any(rows: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(either(rows), _I)


_REPORT_SUBJECT, _REPORT_SENDER = _any(REPORT_SUBJECTS), _any(REPORT_SENDERS)
_REPORT, _NOTICE_SUBJECT = _any(REPORT_WORDS), _any(NOTICE_SUBJECTS)
# A responder's words before the subject that it answers: "Out of office Re: Wheels".
_NOTICE_PREFIX = re.compile(
    rf"\s*\[?\s*{either(NOTICE_SUBJECTS)}[^:]{{0,40}}(?::|\b(?:re|aw|sv)\b\s*:)", _I
)
_AWAY = _any(AWAY_WORDS)
_SAID_OF_ITSELF = tuple(map(_any, (AUTOMATED_WORDS, CHALLENGE_WORDS, GUARDED_WORDS, HELD_WORDS)))
# A help desk's own mail begins with this line; in an answer to it, it stands below.
_OPENS_WITH_MARK = re.compile(rf"[\s#=*_-]{{0,20}}(?:please )?{either(REPLY_ABOVE)}", _I)
_POLITE = tuple(map(_any, (NO_REPLY_WORDS, THANKS_WORDS, RECEIVED_WORDS)))


def is_report(message: Message) -> bool:
    """Whether a mail server wrote it about another mail: two signs of different kinds."""
    if _PASSED_ON.search(message.subject):
        return False
    text = _own(message.text[:MAX_REPORT])
    is_answer = _ANSWERED.search(message.subject) is not None
    told = _REPORT.search(text) is not None
    talked = SERVER_TALK.search(text) is not None
    named = _REPORT_SENDER.search(_sender_words(message)) is not None
    titled = not is_answer and _REPORT_SUBJECT.search(message.subject) is not None
    carried = bool(CARRIES_MAIL & set(message.part_types))
    opening = text[:OPENING]
    is_told = _TELLS.search(opening) or (not titled and _GREETS.search(opening))
    if is_told and not named:
        return False
    if titled and told and not (talked or named or carried) and not _ABOUT_MAIL.search(text):
        return False
    return sum((told, talked, named, titled, carried)) >= 2 and (told or talked or titled)


def is_notice(message: Message) -> bool:
    """Whether a responder wrote it: it says so in its subject, or two signs of it agree."""
    if SAYS_SO.search(message.subject) or _OPENS_WITH_MARK.match(message.text):
        return True
    if _PASSED_ON.search(message.subject):
        return False
    text = _own(message.text[:MAX_NOTICE])
    titled = _NOTICE_SUBJECT.search(message.subject) is not None
    # Whoever is away says so at once; people mention it further down.
    opening = text[:OPENING_NOTICE]
    says_so = [_AWAY.search(opening) is not None]
    says_so += [pattern.search(text) is not None for pattern in _SAID_OF_ITSELF]
    polite = [pattern.search(text) is not None for pattern in _POLITE]
    # An answer to a mail is what people write too: it only adds to what is said plainly.
    has_prefix = _NOTICE_PREFIX.match(message.subject) is not None
    answers = bool(message.header("in-reply-to")) and (has_prefix or any(says_so))
    return titled + answers + sum(says_so) + sum(polite) >= 2


def is_passed_on(subject: str) -> bool:
    """Whether a subject says that a mail was forwarded."""
    return _PASSED_ON.search(subject) is not None


def _own(text: str) -> str:
    """Without what it quotes or passes on, on one line."""
    return " ".join(_QUOTED.sub(" ", _PASSED_ON_TEXT.sub(" ", text)).split())


def _sender_words(message: Message) -> str:
    local = message.sender.address.rpartition("@")[0]
    plain = re.sub(r"[^a-z0-9]+", " ", local.lower()).strip()
    return f"{message.sender.name}\n{plain}" if message.sender.name else plain
