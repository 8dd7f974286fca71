"""What our own mail server found out about who really sent a mail (RFC 8601).

Only the topmost field that bears our server's name counts: those below came with the mail, and
anybody can write them. A pass counts only for the domain that stands in From.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from promisekeeper.core.headers import parse_addresses
from promisekeeper.core.message import Message

MAX_VALUE = 8_000
MAX_RESULTS = 50
FIELD = "authentication-results"

# Comments nest (RFC 5322, 3.2.2), and what stands in them was often written by the sender.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]{0,30})(?:\s*/\s*\d{1,3})?\s*=\s*([a-z]{1,20})\b")
_PROPERTY = re.compile(
    r"\b(smtp|header|body|policy)\s*\.\s*([a-z0-9-]{1,40})\s*=\s*([^\s;]{1,320})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """What one method came to: "dkim=pass header.d=shop.example"."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)


def results_of(message: Message, authserv_id: str) -> tuple[MethodResult, ...]:
    """What the server of this name reports at the top of a mail; empty where it reports nothing."""
    for value in message.headers.get(FIELD, ()):
        name, results = _read(value)
        if name == authserv_id.lower():
            return results
    return ()


def is_authenticated(message: Message, authserv_id: str) -> bool:
    """Whether our server vouches that a mail comes from the domain in its From.

    DMARC says it outright; else DKIM's or SPF's domain must be that one, its parent or child
    (RFC 7489, 3.1: relaxed alignment). A failed DMARC is a no, whatever else passed.
    """
    domain = _only_domain(message)
    results = results_of(message, authserv_id)
    dmarc = [one for one in results if one.method == "dmarc"]
    if not domain or any(one.result == "fail" for one in dmarc):
        return False
    for one in results:
        if one.result == "pass" and any(_is_aligned(named, domain) for named in _domains(one)):
            return True
    return False


def is_refuted(message: Message, authserv_id: str) -> bool:
    """Whether our server says that a mail does not come from the domain in its From.

    DMARC says it outright. A lone SPF failure is what every forwarder causes (RFC 7208, D.3), so
    that and a broken DKIM signature only count where nothing else vouches for the domain.
    """
    results = results_of(message, authserv_id)
    if any(one.method == "dmarc" and one.result == "fail" for one in results):
        return True
    has_failed = any(one.method in ("spf", "dkim") and one.result == "fail" for one in results)
    return has_failed and not is_authenticated(message, authserv_id)


_NAMES_DOMAIN = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom",),
}


def _domains(one: MethodResult) -> tuple[str, ...]:
    named = (one.properties.get(name, "") for name in _NAMES_DOMAIN.get(one.method, ()))
    return tuple(filter(None, (value.rpartition("@")[2].strip('."<>') for value in named)))


def _is_aligned(named: str, domain: str) -> bool:
    if named == domain:
        return True
    shorter, longer = sorted((named, domain), key=len)
    # A name without a dot is no domain that anybody signs for.
    return "." in shorter and longer.endswith(f".{shorter}")


def _only_domain(message: Message) -> str:
    """The domain of From; empty where several authors, or several From fields, are named."""
    senders = parse_addresses(message.headers.get("from", ()))
    return senders[0].domain if len(senders) == 1 else ""


def _read(value: str) -> tuple[str, tuple[MethodResult, ...]]:
    flat = _without_comments(value[:MAX_VALUE]).lower()
    head, *rest = flat.split(";")
    name = (head.split() or [""])[0].strip('"')
    results = []
    for part in rest[:MAX_RESULTS]:
        found = _RESULT.match(part)
        if found:
            properties: dict[str, str] = {}
            for kind, of, shown in _PROPERTY.findall(part, found.end()):
                # The server writes each once; a second one is part of what a stranger wrote.
                properties.setdefault(f"{kind}.{of}", shown.strip('"'))
            results.append(MethodResult(method=found[1], result=found[2], properties=properties))
    return name, tuple(results)


def _without_comments(value: str) -> str:
    """Without comments, and without separators in what is quoted."""
    kept: list[str] = []
    depth = place = 0
    while place < len(value):
        sign = value[place]
        if sign == "\\" and depth:
            place += 2
            continue
        if sign == '"' and not depth:
            quoted = _QUOTED.match(value, place)
            text = quoted[0] if quoted else sign
            kept.append(text.replace(";", " ").replace("=", " "))
            place += len(text)
            continue
        depth += (sign == "(") - (sign == ")" and depth > 0)
        if not depth and sign != ")":
            kept.append(sign)
        place += 1
    return "".join(kept)
