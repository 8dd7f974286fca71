"""HTML of a mail -> the text a reader sees, with quotes and signature marked as in plain mail.

Quoted blocks get "> " before their lines and signature blocks a "-- " line above,
so that `core.quoting` treats both kinds of mail alike. One pass over the tree,
without recursion; nothing is fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from promisekeeper.core.decoding import clean_text

MAX_CHARACTERS = 256 * 1024
MAX_NESTING = 1000
MAX_QUOTE_DEPTH = 5

_TEXT = "-text"
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|center|dd|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tr|ul"
)
_SPACED = re.compile(r"p|h[1-6]|ul|ol|table|blockquote|pre")
_UNSEEN = re.compile(
    r"script|style|head|title|noscript|template|textarea|iframe|object|svg|select|-comment"
)
# Elements whose unclosed nesting costs the parser quadratic time.
_NESTING = re.compile(
    # The first letter tells nearly everything else apart before the names are tried.
    r"<(/?)(?=[a-u])"
    r"(?:a|address|article|aside|b|big|blockquote|button|center|code|details|dialog|dir|div|dl"
    r"|em|fieldset|figcaption|figure|font|footer|form|h[1-6]|header|i|main|menu|nav|ol|pre|s|section"
    r"|small|span|strike|strong|summary|table|tt|u|ul)\b",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|mso-hide\s{0,4}:\s{0,4}all"
    r"|(?:max-height|font-size)\s{0,4}:\s{0,4}0(?:px|pt)?\s{0,4}(?:;|$)",
    re.IGNORECASE,
)
_TIGHT_STYLE = re.compile(r"margin(?:-bottom)?\s{0,4}:\s{0,4}0", re.IGNORECASE)
_TIGHT_CLASSES = re.compile(r"\bMso(?:Normal|PlainText|NoSpacing|ListParagraph\w{0,12})\b")
# Word writes the bullet or number of an item as text in a span of its own.
_BULLET_STYLE = re.compile(r"mso-list\s{0,4}:\s{0,4}ignore", re.IGNORECASE)
_INDENT_STYLE = re.compile(r"border\s{0,4}:\s{0,4}(?:none|0)", re.IGNORECASE)
_BAR_STYLE = re.compile(r"border-left[a-z-]{0,6}\s{0,4}:", re.IGNORECASE)
_RULE_ABOVE_STYLE = re.compile(r"border-top\s{0,4}:\s{0,4}solid", re.IGNORECASE)
_MAX_STYLE = 2000
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
# What mail programs call the block that holds the quoted mail, or stands where it starts.
_QUOTE = re.compile(
    r"(?:^|\s)(?:x_)*(?:\w{0,40}yahoo_quoted\w*|moz-cite-prefix|moz-forward-container|protonmail_quote"
    r"|tutanota_quote|freshdesk_quote|zmail_extra|mail-editor-reference-message-container)(?:\s|$)"
)
_QUOTE_FROM_HERE = re.compile(
    r"(?:^|\s)(?:x_)*(?:divRplyFwdMsg|stopSpelling|zwchr|OutlookMessageHeader)(?:\s|$)"
)
_SIGNATURE = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_signature|moz-signature|Signature|ms-outlook-mobile-signature"
    r"|protonmail_signature_block(?:-user)?)(?:\s|$)"
)
_BARE_ADDRESS = re.compile(r"<((?:mailto:)?[^\s<>\"'=/@]{1,64}@[^\s<>\"'=/@]{1,255})>")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SIGNATURE_MARK = "-- "
_BULLET = "- "
_LABEL = re.compile(r"\s{0,20}[^\s:][^:]{0,20}:\s{0,20}$")
_LABELS_OF_A_HEADER = 3
_NODES_LOOKED_AHEAD = 40


def html_to_text(html: str) -> str:
    """Show HTML as text: blocks as lines, items as "- item", cells apart, hidden things left out.

    At most 256 kB and 1,000 levels of it are read.
    """
    root = LexborHTMLParser(_capped(html)).body
    if root is None:
        return ""
    page = _Page()
    _walk(root, page)
    page.open_block()
    return _MANY_BREAKS.sub("\n\n", clean_text("\n".join(page.lines))).strip("\n")


def _capped(html: str) -> str:
    """Cut at the cap, and where nesting gets so deep that the parser would take seconds."""
    html = html[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    # Forms write "Pia <pia@client.example>" unescaped; to a parser that is an element.
    html = _BARE_ADDRESS.sub(r"&lt;\1&gt;", html)
    depth = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_NESTING:
            return html[: match.start()]
    return html


@dataclass(slots=True)
class _Page:
    """The text written so far, and the state that the open elements have set."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    quotes: int = 0
    preformatted: int = 0
    is_rest_quoted: bool = False
    awaits_rule: bool = False

    def write(self, text: str) -> None:
        """Add running text to the open line."""
        if text.strip():
            self.awaits_rule = False
        if not self.preformatted:
            self._add(_BLANKS.sub(" ", text), is_kept="\xa0" in text)
            return
        first, *others = text.split("\n")
        self._add(first, is_kept=True)
        for other in others:
            self.break_line()
            self._add(other, is_kept=True)

    def _add(self, text: str, *, is_kept: bool) -> None:
        if text and (self.line or is_kept or text != " "):
            self.line.append(text)

    def break_line(self) -> None:
        """End the open line, be it empty (as `<br>` does)."""
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else _BLANKS.sub(" ", text).strip()
        line = f"{self._prefix()}{text}".rstrip()
        self.lines.append(_SIGNATURE_MARK if line == "--" else line)
        self.line = []

    def open_block(self) -> None:
        """End the open line if anything stands on it (as the start of a block does)."""
        if self.line and self.line != [_BULLET]:
            self.break_line()

    def open_paragraph(self) -> None:
        """Leave one empty line, unless there is one or this is the beginning."""
        self.open_block()
        if not self.line and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())

    def open_signature(self, opening: str) -> None:
        """Put the signature mark above a signature that does not begin with it."""
        self.open_block()
        last = next((line for line in reversed(self.lines) if line), "")
        if not opening.startswith("--") and last.strip("> ") != "--":
            self.lines.append(f"{self._prefix()}{_SIGNATURE_MARK}")

    def _prefix(self) -> str:
        return "> " * min(self.quotes + self.is_rest_quoted, MAX_QUOTE_DEPTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An element that was entered, and what is to be undone when it ends."""

    is_block: bool
    is_spaced: bool
    quotes: int
    preformatted: int


class _Element:
    """An element as the walk sees it: its tag, and the attributes that matter."""

    __slots__ = ("is_hidden", "names", "node", "style", "tag")

    def __init__(self, node: LexborNode) -> None:
        attributes = node.attributes
        self.node = node
        self.tag = node.tag or ""
        self.style = (attributes.get("style") or "")[:_MAX_STYLE]
        names = (attributes.get("id"), attributes.get("class"))
        self.names = " ".join(name[:_MAX_STYLE] for name in names if name)
        is_unseen = _UNSEEN.fullmatch(self.tag) or _HIDDEN_STYLE.search(self.style)
        self.is_hidden = "hidden" in attributes or is_unseen is not None


def _walk(root: LexborNode, page: _Page) -> None:
    pending: list[LexborNode | _Open] = [root]
    while pending:
        item = pending.pop()
        if isinstance(item, _Open):
            _leave(item, page)
        elif item.tag == _TEXT:
            page.write(item.text_content or "")
        elif item.tag == "br":
            page.break_line()
        else:
            element = _Element(item)
            if _BULLET_STYLE.search(element.style):
                page.line = [_BULLET]
            elif not element.is_hidden:
                pending.append(_enter(element, page))
                pending.extend(reversed(list(item.iter(include_text=True))))


def _enter(element: _Element, page: _Page) -> _Open:
    is_quote = _is_quote(element)
    opened = _Open(
        is_block=_BLOCKS.fullmatch(element.tag) is not None,
        is_spaced=_SPACED.fullmatch(element.tag) is not None and not _is_tight(element),
        quotes=int(is_quote),
        preformatted=int(element.tag == "pre"),
    )
    if opened.is_spaced:
        page.open_paragraph()
    elif opened.is_block or is_quote:
        page.open_block()
    page.quotes += opened.quotes
    page.preformatted += opened.preformatted
    _mark(element, page)
    return opened


def _mark(element: _Element, page: _Page) -> None:
    """Write what an element itself shows, and note where quoted mail starts."""
    if element.tag == "li":
        page.line = [_BULLET]
    elif element.tag in ("td", "th"):
        page.write(" ")
    if _SIGNATURE.search(element.names):
        page.open_signature(_opening(element.node))
    if "appendonsend" in element.names:
        page.awaits_rule = True
    is_rule = element.tag == "hr" and page.awaits_rule
    starts_quote = is_rule or _QUOTE_FROM_HERE.search(element.names)
    if not page.quotes and (starts_quote or _is_outlook_header(element)):
        page.open_block()
        page.is_rest_quoted = True


def _leave(opened: _Open, page: _Page) -> None:
    if opened.is_block or opened.quotes:
        page.open_block()
    page.quotes -= opened.quotes
    page.preformatted -= opened.preformatted
    if opened.is_spaced:
        page.open_paragraph()


def _is_tight(element: _Element) -> bool:
    """Whether a paragraph shows no empty line around it."""
    return bool(_TIGHT_CLASSES.search(element.names) or _TIGHT_STYLE.search(element.style))


def _is_quote(element: _Element) -> bool:
    """Whether an element holds quoted text and nothing else."""
    if element.tag == "blockquote":
        is_cited = element.node.attributes.get("type") == "cite" or _BAR_STYLE.search(element.style)
        # Mail programs indent with a blockquote too, then without its bar.
        return bool(is_cited) or not _INDENT_STYLE.search(element.style)
    if "gmail_attr" in element.names:
        # The line "On ... wrote:" in any language; above a forwarded mail stands no blockquote.
        following = _next_element(element.node)
        return following is not None and following.tag == "blockquote"
    return _QUOTE.search(element.names) is not None


def _is_outlook_header(element: _Element) -> bool:
    """Whether a block is Outlook's "From: Sent: To: Subject:" below a rule, in any language."""
    if element.tag != "div" or not _RULE_ABOVE_STYLE.search(element.style):
        return False
    texts = (text for text in _texts(element.node) if _LABEL.match(text))
    return len(list(islice(texts, _LABELS_OF_A_HEADER))) == _LABELS_OF_A_HEADER


def _opening(node: LexborNode) -> str:
    return next((text.strip() for text in _texts(node) if text.strip()), "")


def _texts(node: LexborNode) -> Iterator[str]:
    nodes = islice(node.traverse(include_text=True), _NODES_LOOKED_AHEAD)
    return (inner.text_content or "" for inner in nodes if inner.tag == _TEXT)


def _next_element(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and following.tag == _TEXT:
        if (following.text_content or "").strip():
            return None
        following = following.next
    return following
