"""Text of the kind format=flowed (RFC 3676) -> paragraphs on one line each."""

_SIGNATURE = "-- "
_MAX_QUOTE_DEPTH = 50
_MARKS = (">", " ")
_HARD_LINES = ("> ", _SIGNATURE)


def unwrap_flowed(text: str, *, drops_space: bool = False) -> str:
    """Join the lines that the writer's program wrapped; quotes keep one "> " for each level.

    Args:
        text: Decoded text with plain line ends.
        drops_space: The DelSp parameter is "yes": the blank at a soft break is no part of the text.
    """
    paragraphs: list[str] = []
    pieces: list[str] = []
    open_depth = 0
    for line in text.split("\n"):
        if not pieces and _stays(line):
            paragraphs.append(line)
            continue
        depth, content = _unquote(line)
        if pieces and depth != open_depth:
            paragraphs.append(_paragraph(pieces, open_depth))
            pieces = []
        # The signature mark ends in a blank and is never a soft break (RFC 3676, 4.3).
        is_soft = content.endswith(" ") and content != _SIGNATURE
        pieces.append(content[:-1] if is_soft and drops_space else content)
        open_depth = depth
        if not is_soft:
            paragraphs.append(_paragraph(pieces, depth))
            pieces = []
    if pieces:
        paragraphs.append(_paragraph(pieces, open_depth))
    return "\n".join(paragraphs)


def _stays(line: str) -> bool:
    """Whether a line is a paragraph just as it is, which is quick to see and true of most."""
    is_hard = line[-1:] != " " or line in _HARD_LINES
    return is_hard and (line[:1] not in _MARKS or line[:2] == "> ")


def _unquote(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    # One leading blank was stuffed by the sender (RFC 3676, 4.4).
    return len(line) - len(content), content.removeprefix(" ")


def _paragraph(pieces: list[str], depth: int) -> str:
    return "> " * min(depth, _MAX_QUOTE_DEPTH) + "".join(pieces)
