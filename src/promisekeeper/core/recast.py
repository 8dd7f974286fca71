"""A promise as its writer would tell of it later: "I'll send you X by Friday" -> "send you X".

Only the plainest sentences are recast; every other one is quoted as it stands, for a sentence
that is turned wrongly is worse than one that is repeated.
"""

import re

MAX_PHRASE = 140
MIN_WORDS = 2
# "I promised to ...": what may stand in front of the verb, and between subject and verb.
_OPENING = re.compile(
    r"(?:(?:yes|sure|ok|okay|thanks|thank you|of course|no problem|certainly|right)"
    r"(?: \w{1,12}){0,2}[,.!:–-]{1,2}\s?)?"
    r"(?:I|we)(?:'ll|\s?will|'m going to|\sam going to|\sare going to|'re going to)\s"
    r"(?:(?:then|also|now|certainly|gladly|definitely|make sure to|be sure to)\s)?"
    r"(?P<phrase>[a-z]{2,20}\s.{1,140})",
    re.IGNORECASE,
)
# With one of these the rest of the sentence says more than what is promised.
_MORE = re.compile(
    r"[\"“”„;:,()\[\]?!–—…=/\\_*<>|]|\b(?:but|if|once|when|whenever|as soon as|because|until|till"
    r"|unless|although|though|while|since|so|which|who|whom|whose|that|what|where|why|how|whether|or"
    r"|not|never|no|and then|again|sorry|however|otherwise|instead|probably|maybe|perhaps|try"
    r"|he|him|his|she|her|they|them|their|I|I'm|I'll|I'd|I've|we|we're|we'll|mine|today|tonight|tomorrow|yesterday|now|later|soon"
    r"|shortly|tmrw|tmw|eod|cob|mon|tues?|wed|thurs?|fri|sat|sun|\w{3,6}day|week|month|w/"
    r"|then|this|these|those|here|there|asap|hopefully|be)\b|n't\b|\.\s",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:ed|ing|s)\b")
# Verbs that end as other forms do.
_BARE_AFTER_ALL = frozenset({"bring", "discuss", "process", "address", "pass", "assess", "press"})
_NO_VERB = frozenset({"the", "a", "an", "my", "your", "our", "all", "be", "see", "let", "need"})
_DANGLING = re.compile(
    r"\b(?:by|on|at|before|within|in|until|for|to|of|with|from|about|the|a|an|and|your|my|our)$",
    re.IGNORECASE,
)


def recast(sentence: str, time_words: str = "") -> str:
    """What stands behind "I promised to"; empty where the sentence must be quoted.

    Args:
        time_words: The words of the deadline in it: they are told as a date instead, for
            "tomorrow" has another meaning later.
    """
    text = " ".join(sentence.replace("\u2019", "'").split()).rstrip(".! ")
    if time_words:
        shown = " ".join(time_words.replace("\u2019", "'").split()).rstrip(".! ")
        # Only at its very end can they be left out without a gap.
        if not shown or not text.lower().endswith(f" {shown.lower()}"):
            return ""
        text = text[: -len(shown)].rstrip()
    found = _OPENING.fullmatch(text)
    if found is None:
        return ""
    phrase = found["phrase"].rstrip()
    verb = phrase.split()[0].lower()
    is_bare = verb not in _NO_VERB and (not _BARE.search(verb) or verb in _BARE_AFTER_ALL)
    is_short = len(phrase.split()) >= MIN_WORDS and len(phrase) <= MAX_PHRASE
    if not is_bare or not is_short or _MORE.search(phrase) or _DANGLING.search(phrase):
        return ""
    return phrase[0].lower() + phrase[1:]
