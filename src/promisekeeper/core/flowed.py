"""Text of the kind format=flowed (RFC 3676) -> paragraphs on one line each."""

_SIGNATURE = "-- "
_MAX_QUOTE_DEPTH = 50


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


def _unquote(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    # One leading blank was stuffed by the sender (RFC 3676, 4.4).
    return len(line) - len(content), content.removeprefix(" ")


def _paragraph(pieces: list[str], depth: int) -> str:
    return "> " * min(depth, _MAX_QUOTE_DEPTH) + "".join(pieces)
