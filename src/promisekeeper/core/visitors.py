"""A visitor's name and address, made fit to be used: cleaned, refused, or counted as one.

The name is the only word of a stranger that goes out in our letters, so it must be a name.
"""

import re

from promisekeeper.core.safetext import safe_text

MAX_WORDS = 6
MAX_NAME = 60

# Where everybody and their friends have an address: there is no limit for the whole domain.
_PUBLIC = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr
    hotmail.de live.com live.co.uk msn.com outlook.de outlook.fr yahoo.com
    yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.jp yahoo.co.in
    yahoo.com.br ymail.com rocketmail.com aol.com icloud.com me.com mac.com
    proton.me protonmail.com pm.me gmx.de gmx.net gmx.at gmx.ch gmx.com web.de
    freenet.de t-online.de mail.com mail.ru yandex.ru yandex.com inbox.ru list.ru
    bk.ru rambler.ru qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr bluewin.ch libero.it virgilio.it
    tin.it alice.it wp.pl o2.pl onet.pl interia.pl seznam.cz btinternet.com sky.com
    virginmedia.com talktalk.net ntlworld.com comcast.net verizon.net att.net
    sbcglobal.net bellsouth.net cox.net charter.net shaw.ca rogers.com sympatico.ca
    bigpond.com telstra.com optusnet.com.au xtra.co.nz ziggo.nl kpnmail.nl planet.nl
    telenet.be skynet.be fastmail.com fastmail.fm zoho.com hey.com tutanota.com
    tuta.io rediffmail.com uol.com.br bol.com.br terra.com.br ig.com.br terra.es
    telefonica.net telia.com
"""
PUBLIC_DOMAINS = frozenset(_PUBLIC.split())
_NO_PLUS_TAGS = frozenset({"yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"})
_ONE_MAILBOX = {"googlemail.com": "gmail.com"}
_DOTLESS = frozenset({"gmail.com"})

_LINK = re.compile(
    r"https?[:/]|hxxp|ftp:|www\s?\.|//|\[/?(?:url|link|img)|<\s?/?\s?[a-z]"
    r"|[a-z0-9-]{2,63}(?:\.|\s?[(\[]dot[)\]]\s?)(?:com|net|org|info|biz|shop|site|online|club|top"
    r"|xyz|ru|cn|io|co|me|example|link|click|live|pro|app|dev|store|website|space|win|vip|bet"
    r"|casino|de|fr"
    r"|uk|us|eu|in|ly|gl|tk|ml|ga)(?![a-z])",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"[$€£¥₿]\s?\d|\d\s?(?:[$€£¥₿%]|usd|eur|gbp|btc)\b|!{2,}|(?:\d[\s().-]?){7,}"
    r"|\b(?:congratulations?|winner|you(?:'ve| have)? won|claim your|click here|bitcoin|casino"
    r"|viagra"
    r"|crypto|earn money|act now|lottery|verify your)\b",
    re.IGNORECASE,
)
# Words that are names as well; in a sentence they are none.
_LURE = re.compile(
    r"\b(?:click|claim|collect|winner|won|win|free|prize|bonus|discount|cheap|loans?|cash|money|gift"
    r"|offer|deals?|seo|followers|investment|dating)\b",
    re.IGNORECASE,
)
# Mail programs make a link of any "word.word"; a title before a name is none.
_DOTTED = re.compile(
    r"(?!(?:dr|prof|mr|mrs|ms|st|ing|dipl|hr|fr|sr|sra|mme|mlle)\.)[^\W_][\w-]{1,62}\.[^\W\d_]{2}"
    r"|\w\.(?:[^\W\d_]{2,20}/|(?:com|me|co|ai|ly|io)\b)",
    re.IGNORECASE,
)
# Words of sentences that are no names in any language that we know of.
_SENTENCE = re.compile(
    r"\b(?:your|yours|are|has|have|was|were|please|call|calls?|now|near|here|this|that|account"
    r"|payment|invoice|parcel|order|urgent|overdue|password|suspended|expired?|buy|visit|open|prize"
    r"|ihre?n?|bitte|konto|rechnung|jetzt|hier|dringend|sofort|vos|votre|compte|facture|cliquez"
    r"|maintenant|ici)\b",
    re.IGNORECASE,
)
# From this many words on, each is a name's: with a capital, of a script without, or a particle.
SENTENCE_FROM = 4
_SMALL_WORDS = """
    a al am an and auf bin da dal das de degli dei del della den der des di do dos du e ed el en
    et i in ibn la las le los of op san sant te ten ter the til und van vom von y z zu zum zur
"""
_PARTICLES = frozenset(_SMALL_WORDS.split())
_ADDRESS = re.compile(r"\S@\S")
_ADDRESS_WORD = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
# Letters of any script with what stands in names: apostrophes of all kinds, middle dots, hyphens.
_NOT_IN_NAMES = re.compile("[^\\w\\s.,'\u2019\u02bc`\u00b4&/()\\-\u00b7\u30fb\u2010\u2011]")
_PLACEHOLDERS = re.compile(
    r"(?:n/?a|none|test|null|undefined|anonym\w*|unknown|name|your name|no name|xx+|\[[\w-]+\]|-+)",
    re.IGNORECASE,
)


def is_advertising(name: str) -> bool:
    """Whether a name field was used to carry a link or an offer: then nobody asked us anything.

    An address there is a visitor's slip and no advertising.
    """
    words = _ADDRESS_WORD.sub(" ", name[:500])
    count = len(words.split())
    is_offer = (count > 1 and _OFFER.search(words)) or (count > 3 and _LURE.search(words))
    return bool(_LINK.search(words)) or bool(is_offer)


def cleaned_name(raw: str) -> str:
    """A name as it was given, on one line; empty where it is no name that may be repeated."""
    name = safe_text(raw, 4 * MAX_NAME).strip(" \"'.,;:-")
    if len(name) > MAX_NAME or len(name.split()) > MAX_WORDS or _PLACEHOLDERS.fullmatch(name):
        return ""
    if any(sign.search(name) for sign in (_ADDRESS, _LINK, _OFFER, _DOTTED)) or _is_sentence(name):
        return ""
    if _NOT_IN_NAMES.search(name) or sum(char.isdigit() for char in name) > 2:
        return ""
    return name if any(char.isalpha() for char in name) else ""


def _is_sentence(name: str) -> bool:
    words = name.split()
    if len(words) > 1 and _SENTENCE.search(name):
        return True
    # Whoever types without capitals types all of a name so; four such words are seldom one.
    small = [word for word in words if word[0].islower() and word.lower() not in _PARTICLES]
    return len(words) >= SENTENCE_FROM and bool(small)


def one_mailbox(address: str) -> str:
    """The same text for all spellings of one mailbox: case, plus-tags, Gmail's dots.

    For counting only; letters go to the address as it was given.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    domain = _ONE_MAILBOX.get(domain, domain)
    if domain not in _NO_PLUS_TAGS:
        local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def is_public(domain: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether strangers to one another share a mail domain."""
    return domain.lower() in PUBLIC_DOMAINS or domain.lower() in more
