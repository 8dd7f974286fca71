"""Words that mail programs and letter writers use around a message, language by language.

Each table holds regular expressions in pieces, one row for a language or a
kind; `either` joins a table. A new language is a new row and no new code.
"""

import re
from collections.abc import Iterable


def either(rows: Iterable[str]) -> str:
    """One alternative out of all rows, as a group for a larger expression."""
    return f"(?:{'|'.join(rows)})"


# "wrote" in lines such as "On 2 March Dana wrote:".
WROTE = (
    r"wrote|writes",
    r"schrieb|geschrieben",
    r"a écrit|écrit",
    r"escribió|escribio|va escriure",
    r"ha scritto|scrisse",
    r"schreef|het volgende geschreven",
    r"skrev|skreiv|skrev følgende|skrev följande",
    r"escreveu",
    r"napisał\(a\)|napisał|napisała|napisal|napsal\(a\)|napsal|napísal|pisze",
    r"kirjoitti",
    r"написал|написала|пишет|пише|написав|написа",
    r"a scris",
    r"ezt írta|írta",
    r"έγραψε",
    "şunu yazd\u0131|yazd\u0131|yazdi",
    r"写道|寫道|のメール|さんは書きました|님이 작성",
)

# How a line "On ... wrote:" begins: a preposition or article, a weekday, a date.
WROTE_OPENINGS = (
    r"(?:on|at|in message|in your|am|le|el|en|il|lo|op|den|em|no dia|dnia|w dniu|dne|dňa|în|pe|la"
    "|στις|в|от|\u0443|в сообщении)\\b",
    r"\d{1,4}[-./\s年]",
    r"[^\W\d_]{2,12}[.,]{1,2}\s{0,2}\d{1,4}",
    r"(?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}\b",
    r"(?:понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)\w{0,2}\b",
    r"在",
)

# Between two rules: "-----Original Message-----".
ORIGINAL_MESSAGE = (
    r"original (?:message|appointment|mail)|reply message",
    r"urspr(?:ü|ue)ngliche (?:nachricht|mail|e-mail)|originalnachricht|antwort nachricht",
    "message d['\u2019]origine|message original",
    r"mensaje original",
    r"messaggio originale",
    r"oorspronkelijk bericht",
    r"ursprungligt meddelande|originalmeddelande",
    r"opprinnelig melding|opprinnelig e-post",
    r"oprindelig meddelelse|original besked",
    r"mensagem original",
    r"wiadomość oryginalna|oryginalna wiadomość",
    r"alkuperäinen viesti",
    r"původní (?:zpráva|e-mail)",
    r"исходное сообщение",
    r"eredeti üzenet",
    r"mesaj original",
    r"özgün ileti",
)

# Between two rules: "---------- Forwarded message ---------".
FORWARDED_MESSAGE = (
    r"forwarded (?:message|mail|by .{1,80})",
    r"weitergeleitete (?:nachricht|mail|e-mail)",
    r"message transféré|message transmis|courriel transféré",
    r"mensaje reenviado",
    r"messaggio inoltrato",
    r"doorgestuurd bericht",
    r"vidarebefordrat (?:meddelande|brev)",
    r"videresendt (?:melding|meddelelse|e-post|besked)",
    r"mensagem encaminhada",
    r"przekazana wiadomość|wiadomość przekazana",
    r"välitetty viesti",
    r"přeposlaná zpráva",
    r"пересылаемое сообщение|пересланное сообщение",
    r"továbbított üzenet",
)

# Apple Mail's line above a forwarded mail, before its colon.
BEGIN_FORWARD = (
    r"begin forwarded message",
    r"anfang der weitergeleiteten (?:nachricht|e-mail)",
    r"début du message (?:transféré|réexpédié)",
    r"inicio del mensaje reenviado",
    r"inizio (?:del )?messaggio inoltrato",
    r"begin doorgestuurd bericht",
    r"vidarebefordrat brev",
    r"start på videresendt melding",
    r"videresendt besked|start på videresendt besked",
    r"início da mensagem (?:encaminhada|reenviada)",
    r"początek przekazywanej wiadomości",
    r"välitetty viesti alkaa",
)

# Help desks' line between two rules: "##- Please type your reply above this line -##".
REPLY_ABOVE = (
    r"(?:type|write|enter|send)? ?(?:your )?(?:reply|response|answer) above this line",
    r"(?:reply|respond|write) above (?:this|the) line|do not write below this line",
    r"bitte (?:antworten sie )?oberhalb dieser (?:linie|zeile)(?: antworten)?",
    r"répondez au-dessus de cette ligne|responda por encima de esta línea",
)

# The labels of a quoted header block, by what they name.
HEADER_LABELS = {
    "from": (
        r"from|von|de|da|van|från|fra|od|lähettäjä|от|від|feladó|kimden|remitente|afzender",
        r"发件人|寄件者|差出人|보낸 사람",
    ),
    "date": (
        r"sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|data|inviato|verzonden",
        r"skickat|sendt|dato|wysłano|lähetetty|päivämäärä|odesláno|elküldve|tarih",
        "date d['\u2019]envoi",
        r"отправлено|дата|надіслано|发送时间|日期|送信日時|日付|보낸 날짜",
    ),
    "to": (
        r"to|an|à|a|para|til|till|aan|do|pro|komu|vastaanottaja|címzett|kime",
        r"кому|收件人|宛先|받는 사람",
    ),
    "subject": (
        r"subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|aihe|předmět",
        r"tárgy|konu|тема|主题|主旨|件名|제목",
    ),
    "else": (
        r"cc|bcc|kopie|copie|kopia|copia|kopi|kopio|копия|抄送",
        r"reply-to|antwort an|répondre à|responder a|risposta|svar til|responder para",
        r"importance|wichtigkeit|priority|attachments|anlagen|bijlagen|pièces jointes",
    ),
}

# Things that send mail, as mobile signatures name them.
DEVICES = (
    r"i ?phone|i ?pad|i ?pod|android|galaxy|samsung|htc|nokia|huawei|xiaomi|pixel|oneplus",
    r"fairphone|black ?berry|windows (?:phone|mail|\d{1,2})|mobil\w{0,6}|smart ?phone|phone",
    r"cell\w{0,6}|tablet",
    r"handy|device|handheld|telefon\w{0,2}|téléphone|móvil|celular",
    r"outlook|yahoo|aol|gmail|airmail|mailbox|thunderbird|k-9|proton ?mail|tutanota|fastmail|spark",
    r"superhuman|newton|nine|typeapp|bluemail|edison|mailspring|canary|sparrow|mail",
)

# "Sent from my phone", where {device} is one of the above.
SENT_FROM = (
    r"(?:sent|written|typed|posted) (?:from|on) my .{1,70}",
    r"(?:sent|written|typed|posted) (?:from|via|with|by|on|using) .{0,30}\b{device}\b.{0,60}",
    r"from my {device}\b.{0,30}",
    r"\w{1,20} from {device}\b.{0,20}",
    r"get (?:the )?\[?outlook for .{1,60}",
    r"(?:gesendet|versendet|verschickt) (?:von|mit|aus|via) .{0,40}\b{device}\b.{0,40}",
    r"von mein\w{0,2} .{0,40}{device}.{0,20} gesendet",
    r"diese nachricht wurde von .{0,40}{device}.{0,40} gesendet",
    "envoyé (?:depuis|de|avec|à partir d(?:e |u |['\u2019])).{0,40}{device}.{0,40}",
    r"enviado (?:desde|do|de|com|a partir d[eo]) .{0,40}{device}.{0,40}",
    r"inviato da(?:l|lla)? .{0,40}{device}.{0,40}",
    r"(?:verzonden|verstuurd) (?:met|vanaf|via|van) .{0,40}{device}.{0,40}",
    r"(?:sendt|skickat|skickades) (?:fra|från|med) .{0,40}{device}.{0,40}",
    r"wysłan[eoy] (?:z|za pomocą) .{0,40}{device}.{0,40}",
    r"(?:odesláno|odoslané) z .{0,40}{device}.{0,40}",
    r"lähetetty .{0,40}{device}.{0,40}",
    "(?:отправлено|надіслано) (?:\u0441|из|з) .{0,40}{device}.{0,40}",
    r"從我的 .{1,30} 傳送|从我的 ?.{1,30} ?发送|发自我的.{1,30}",
    # The end comes first: without it every place of a line would be tried for every device.
    r"(?=.{0,80}から送信).{0,20}{device}から送信",
)

# The closing words of a letter, alone on their line.
SIGN_OFFS = (
    r"(?:(?:with |my |our )?(?:very |many |all |most )?"
    r"(?:kind(?:est)?|best|warm(?:est)?|friendly|sincere) (?:regards|wishes|greetings))",
    r"regards|best|all the best|all best|cheers|sincerely|sincerely yours|respectfully|cordially",
    r"yours|yours (?:sincerely|truly|faithfully)|take care|rgds|br|kr|love|xx?",
    r"(?:many |much )?thanks(?: again| so much| very much| a lot| in advance| a million| a bunch)?"
    r"(?: (?:and|&) (?:(?:kind|best|warm) )?regards)?",
    r"thank you(?: again| so much| very much| in advance)?|thx|ta|ty",
    r"(?:thanks|thank you) for your (?:patience|understanding|help|time|business|custom)",
    r"(?:speak|talk)(?: to you)? (?:soon|later|then)|see you(?: soon| then| later| there)?|ttyl",
    r"have a (?:great|good|nice|lovely|wonderful) (?:day|weekend|one|evening|week)",
    r"(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen|schönen) "
    r"(?:gr(?:ü|ue)(?:ß|ss)en?|dank)",
    r"(?:viele|beste|liebe|herzliche|schöne|freundliche) gr(?:ü|ue)(?:ß|ss)e",
    r"gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg|danke",
    r"(?:bien )?cordialement|bien à vous|(?:meilleures|sincères) salutations|salutations|merci",
    r"bonne (?:journée|soirée)|amicalement",
    r"saludos(?: cordiales)?|un (?:cordial )?saludo|atentamente|(?:muchas )?gracias|abrazos",
    r"(?:cordiali|distinti|cari) saluti|saluti|grazie",
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|bedankt",
    r"(?:med )?vänlig(?:a)? hälsning(?:ar)?|hälsningar|mvh|tack",
    r"(?:med )?(?:vennlig|venlig) hilsen|(?:mange |beste )?hilsen(?:er)?|(?:mange )?takk?",
    r"atenciosamente|(?:com os melhores |melhores )?cumprimentos|obrigad[oa]|abraços",
    r"pozdrawiam|z poważaniem|dziękuję",
    r"(?:ystävällisin )?terveisin|kiitos",
    r"\w{1,2} уважением|спасибо",
    r"s pozdravem|üdvözlettel",
)

# Sign-offs that are also an answer.
THANKS = (r"(?:many |much )?than(?:k|ks|x)|thx|ta|cheers|danke|vielen dank|merci|gracias|grazie",)

# Sentences of legal and list footers, in small letters; each one tells by itself.
LEGAL = (
    r"not the (?:intended|named) (?:recipient|addressee)|intended recipient\(?s?\)? only",
    r"intended (?:solely|only|exclusively) for|for the (?:sole|exclusive) use of",
    r"(?:received|reached you|sent to you).{0,60}\b(?:in error|by mistake)",
    r"\bconfidential\b.{0,80}\b(?:e-?mail|message|privileged|communication|transmission)",
    r"(?:e-?mail|message|communication|transmission)\b.{0,80}\bconfidential\b|legally privileged",
    r"this (?:e-?mail|message) (?:and any|and all|\(including|including any)",
    r"this (?:e-?mail|message),? (?:is|was) (?:intended|for the (?:person|addressee|recipient))",
    r"registered (?:in (?:england|wales|scotland|ireland)|office\b|company number|charity)",
    r"company (?:registration )?(?:no|number|reg)\b|\bvat (?:no|number|reg)",
    r"consider the environment|think before (?:you )?print|before printing this",
    r"virus-free|scanned (?:by|for) .{0,30}\b(?:virus|anti)|checked for viruses",
    r"(?:no|any) liability for|opinions expressed in this",
    r"to unsubscribe(?:,|:| from (?:this|these|our)| (?:click|visit|reply|send))",
    r"click(?: here)? to unsubscribe|unsubscribe (?:here|at any)|is a trading name of",
    r"authorised and regulated by",
    r"manage your (?:e-?mail )?(?:preferences|subscription)",
    r"you(?:['\u2019]re| are)? (?:receiving|received) this (?:e-?mail|message) (?:because|as)",
    r"reply to this e-?mail directly|view it on (?:github|gitlab)",
    r"mailing list\b.{0,80}(?:http|@)",
    r"amtsgericht|handelsregister|geschäftsführer|ust-?id|\bhrb \d",
    r"diese e-?mail (?:enthält|kann|ist)|nicht der richtige adressat|irrtümlich erhalten",
    r"siège social|\brcs \w{1,30} \d|ce (?:message|courriel).{0,60}(?:confidentiel|destin)",
    r"este (?:mensaje|correo).{0,60}confidencial|esta mensagem.{0,60}confidencia",
    r"questo messaggio.{0,60}(?:riservat|confidenzial)|dit bericht.{0,60}vertrouwelijk",
    r"wiadomość.{0,80}poufn",
)
# A footer holds at least one of these; all in lower case, and rare elsewhere.
LEGAL_SIGNS = tuple(
    """recipient,addressee,intended,use of,in error,by mistake,confiden,privileged,
    this email,this e-mail,this message,registered,company ,vat ,the environment,think before,
    before printing,virus,scanned ,liability,opinions expressed,unsubscribe,trading name,
    authorised and,manage your,view it on,mailing list,amtsgericht,handelsregister,
    geschäftsführer,ustid,ust-id,
    hrb ,diese e,adressat,irrtümlich,siège social,rcs ,ce message,ce courriel,questo messaggio,
    dit bericht,wiadomo""".replace("\n    ", "").split(",")
)

# Capitalised words that open an answer and are no name, and those that are names as well.
NO_NAMES = (
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|tonight|yesterday",
    r"january|february|march|april|may|june|july|august|september|october|november|december",
    r"yes|no|ok|okay|sure|done|sorry|perfect|great|thanks|thank|will|can|should|would|could|shall",
    r"it|its|this|that|these|those|here|there|now|soon|later|hi|hello|hey|dear|good|morning|must",
    r"do|send|call|update|follow|note|please|see|attached|noted|agreed|understood|received|sent",
    r"maybe|both|neither|none|all|either|not|i|we|you|he|she|they|my|our|your|if|when|what|who|how",
    r"give|move|snooze|drop|hold|release|undo|reopen|approve|approved|stop|dismiss|keep|cancel",
    r"next|week|month|day|days|confirmed|correct|fine|right|exactly|deal|ready|on|in|by|before|after",
    r"shipped|asap|afternoon|evening|why|invoice|quote|order|refund|delivery|total|yep|yeah|nope|cheers",
)
ALSO_NAMES = (r"will|may|april|june|august|march|dear",)
NAME_PARTICLES = (r"de|da|van|von|der|den|la|del|di|bin|al|of|and|&|the|e|y|und|at|for|-",)

# Words of running text, as opposed to names, titles and addresses.
PROSE = (
    "i|i['\u2019]?(?:ll|m|ve|d)|we|we['\u2019]?(?:ll|re|ve|d)|you|you['\u2019]?(?:ll|re|ve|d)",
    "he|she|they|it|it['\u2019]s|this|that|there|will|won['\u2019]t|let|please|can|should|would",
    r"could|is|are|was|were|has|have|as|if|when|ich|wir|sie|je|nous|vous",
)
# Words that a title or a department does not hold, but a short last sentence does.
NO_TITLES = (
    r"to|by|asap|soon|shortly|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday",
    r"follow\w{0,3}|attached|enclosed|below|above|see|more|once|after|before|until|done|again",
    r"send\w{0,3}|sent|call\w{0,3}|ship\w{0,4}|check\w{0,3}|updat\w{1,3}|confirm\w{0,3}|not|no",
)
FIRST_PERSON = ("I|I['\u2019](?:ll|m|ve|d)|my|me|let me",)

_DEVICE = either(DEVICES)
SENT_FROM_LINE = re.compile(
    rf"[\s(<*_\[\"]{{0,6}}{either(SENT_FROM)}[\s)>*_\]\".]{{0,6}}$".replace("{device}", _DEVICE),
    re.IGNORECASE,
)
