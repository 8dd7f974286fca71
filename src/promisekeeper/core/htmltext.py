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
    r"<(/?)(?:a|address|article|aside|b|big|blockquote|button|center|code|details|dialog|dir|div|dl"
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
_TIGHT_CLASSES = re.compile(r"\bMso(?:Normal|PlainText|NoSpacing)\b")
_INDENT_STYLE = re.compile(r"border\s{0,4}:\s{0,4}(?:none|0)", re.IGNORECASE)
_BAR_STYLE = re.compile(r"border-left[a-z-]{0,6}\s{0,4}:", re.IGNORECASE)
_RULE_ABOVE_STYLE = re.compile(r"border-top\s{0,4}:\s{0,4}solid", re.IGNORECASE)
_MAX_STYLE = 2000
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
# What mail programs call the block that holds the quoted mail, or stands where it starts.
_QUOTE = re.compile(
    r"(?:^|\s)(?:x_)*(?:yahoo_quoted\w*|moz-cite-prefix|moz-forward-container|protonmail_quote"
    r"|tutanota_quote|freshdesk_quote|zmail_extra|mail-editor-reference-message-container)(?:\s|$)"
)
_QUOTE_FROM_HERE = re.compile(
    r"(?:^|\s)(?:x_)*(?:divRplyFwdMsg|stopSpelling|zwchr|OutlookMessageHeader)(?:\s|$)"
)
_SIGNATURE = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_signature|moz-signature|Signature|ms-outlook-mobile-signature"
    r"|protonmail_signature_block(?:-user)?)(?:\s|$)"
)
_SIGNATURE_MARK = "-- "
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
    return clean_text(page.text())


def _capped(html: str) -> str:
    """Cut at the cap, and where nesting gets so deep that the parser would take seconds."""
    html = html[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
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
        if self.line:
            self.break_line()

    def open_paragraph(self) -> None:
        """Leave one empty line, unless there is one or this is the beginning."""
        self.open_block()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())

    def open_signature(self, opening: str) -> None:
        """Put the signature mark above a signature that does not begin with it."""
        self.open_block()
        last = next((line for line in reversed(self.lines) if line), "")
        if not opening.startswith("--") and last.strip("> ") != "--":
            self.lines.append(f"{self._prefix()}{_SIGNATURE_MARK}")

    def text(self) -> str:
        """All lines; never more than one empty line between two."""
        self.open_block()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def _prefix(self) -> str:
        return "> " * min(self.quotes + self.is_rest_quoted, MAX_QUOTE_DEPTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An element that was entered, and what is to be undone when it ends."""

    is_block: bool
    is_spaced: bool
    quotes: int
    preformatted: int


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
        elif _is_seen(item):
            pending.append(_enter(item, page))
            pending.extend(reversed(list(item.iter(include_text=True))))


def _is_seen(node: LexborNode) -> bool:
    if _UNSEEN.fullmatch(node.tag or ""):
        return False
    attributes = node.attributes
    return "hidden" not in attributes and not _HIDDEN_STYLE.search(_style(node))


def _enter(node: LexborNode, page: _Page) -> _Open:
    tag = node.tag or ""
    is_quote = _is_quote(node)
    opened = _Open(
        is_block=_BLOCKS.fullmatch(tag) is not None,
        is_spaced=_SPACED.fullmatch(tag) is not None and not _is_tight(node),
        quotes=int(is_quote),
        preformatted=int(tag == "pre"),
    )
    if opened.is_spaced:
        page.open_paragraph()
    elif opened.is_block or is_quote:
        page.open_block()
    page.quotes += opened.quotes
    page.preformatted += opened.preformatted
    _mark(node, tag, page)
    return opened


def _mark(node: LexborNode, tag: str, page: _Page) -> None:
    """Write what an element itself shows, and note where quoted mail starts."""
    names = _names(node)
    if tag == "li":
        page.line.append("- ")
    elif tag in ("td", "th"):
        page.write(" ")
    if _SIGNATURE.search(names):
        page.open_signature(_opening(node))
    if "appendonsend" in names:
        page.awaits_rule = True
    starts_quote = _QUOTE_FROM_HERE.search(names) or (tag == "hr" and page.awaits_rule)
    if not page.quotes and (starts_quote or _is_outlook_header(node)):
        page.open_block()
        page.is_rest_quoted = True


def _leave(opened: _Open, page: _Page) -> None:
    if opened.is_block or opened.quotes:
        page.open_block()
    page.quotes -= opened.quotes
    page.preformatted -= opened.preformatted
    if opened.is_spaced:
        page.open_paragraph()


def _style(node: LexborNode) -> str:
    return (node.attributes.get("style") or "")[:_MAX_STYLE]


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    names = (attributes.get("id"), attributes.get("class"))
    return " ".join(name[:_MAX_STYLE] for name in names if name)


def _is_tight(node: LexborNode) -> bool:
    """Whether a paragraph shows no empty line around it."""
    return bool(_TIGHT_CLASSES.search(_names(node)) or _TIGHT_STYLE.search(_style(node)))


def _is_quote(node: LexborNode) -> bool:
    """Whether an element holds quoted text and nothing else."""
    if node.tag == "blockquote":
        style = _style(node)
        # Mail programs indent with a blockquote too, then without its bar.
        return not _INDENT_STYLE.search(style) or bool(_BAR_STYLE.search(style))
    names = _names(node)
    if "gmail_attr" in names:
        # The line "On ... wrote:" in any language; above a forwarded mail stands no blockquote.
        following = _next_element(node)
        return following is not None and following.tag == "blockquote"
    return _QUOTE.search(names) is not None


def _is_outlook_header(node: LexborNode) -> bool:
    """Whether a block is Outlook's "From: Sent: To: Subject:" below a rule, in any language."""
    if node.tag != "div" or not _RULE_ABOVE_STYLE.search(_style(node)):
        return False
    texts = (text for text in _texts(node) if _LABEL.match(text))
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
